from reports.exports.models import Export

__all__ = ["Export"]
