/**
 * All regions of the zone: a new one is named here. What stands first in the page is first, so that
 * a hello names visitors before chats among staff.
 */
import "./visitor-list.js";
import "./room-list.js";
import "../shared/message-log.js";
import "../shared/picture-viewer.js";
import "./accept.js";
import "./addressee-list.js";
import "./aftermath.js";
import "./answer-templates.js";
import "./banner.js";
import "./closing-question.js";
import "./composer.js";
import "./departure.js";
import "./help-drawer.js";
import "./invitation.js";
import "./keeps-focus.js";
import "./lists.js";
import "./mine-or-theirs.js";
import "./needs-link.js";
import "./operator-list.js";
import "./palette.js";
import "./panes.js";
import "./presence.js";
import "./press.js";
import "./rooms.js";
import "./site-list.js";
import "./sound-panel.js";
import "./template-dialog.js";
import "./time-left.js";
import "./toasts.js";
import "./transfer.js";
import "./typing.js";
import "./visitor-information.js";
import "./visitor-search.js";
import "./visitor-tickets.js";
import "./who-looks.js";
import "./who-waits.js";
import "./workspace.js";
import "./write-first.js";
