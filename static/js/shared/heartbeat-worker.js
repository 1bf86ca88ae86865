// A hidden tab's own timers are slowed to one a minute; a worker's are not.
const TICK_MS = 1000;

setInterval(() => postMessage("tick"), TICK_MS);
