/** Notices, tones and the number in the title are extras: whatever they do, the rest goes on. */
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { Profile, define, load } from "./browser.mjs";

/** Android: `Notification` is there, and only a service worker may make one. */
class ThrowingNotification {
  static permission = "granted";

  constructor() {
    throw new TypeError("Illegal constructor");
  }
}

class SilentAudio {
  constructor() {
    throw new DOMException("no audio", "NotSupportedError");
  }
}

class BrokenAudio {
  set currentTime(_at) {
    throw new DOMException("not loaded", "InvalidStateError");
  }
}

const MESSAGE = { id: "1", conversation: "a", author: { name: "Марина" }, text: "Ау?" };

beforeEach(() => {
  new Profile().open();
  define("Notification", ThrowingNotification);
  define("Audio", SilentAudio);
});

/** An alarm in a zone whose panel lets notices through. */
async function alarm() {
  const { Alarm } = await load("zone/alarm");
  const { Notices } = await load("zone/notices");
  const { Sound } = await load("shared/sound");
  const panel = { sound: new Sound(), mayNotify: true };
  const dataset = { soundVisitor: "a.wav", soundMessage: "b.wav", soundTransfer: "c.wav" };
  const zone = { dataset, querySelector: () => panel };
  return new Alarm(zone, new Notices(zone, { open: () => {}, isOnline: () => true }));
}

const CALLS = {
  "a message": (calls) => calls.message(MESSAGE),
  "one who waits": (calls) => calls.waiting([{ conversation: "a", name: "Марина", preview: "Ау?" }], true),
  "a transfer": (calls) => calls.offered([{ conversation: "a", name: "Марина", sender: "Илья" }], true),
  "a lost link": (calls) => calls.lost(),
};

for (const [name, call] of Object.entries(CALLS)) {
  test(`${name} is told where no notice can be made and no tone be played`, async () => {
    const calls = await alarm();
    call(calls);
    calls.stop();
  });
}

test("a title that can not be changed stays as it is", async () => {
  Object.defineProperty(document, "title", {
    get: () => "Общение",
    set() {
      throw new Error("frozen");
    },
  });
  (await alarm()).badge(3);
});

for (const [name, kind] of Object.entries({ "can not be made": SilentAudio, "is not loaded yet": BrokenAudio })) {
  test(`a tone that ${name} is told to be blocked`, async () => {
    define("Audio", kind);
    const { Sound } = await load("shared/sound");
    const sound = new Sound();
    assert.equal(await sound.play("a.wav"), false);
    assert.equal(sound.isBlocked, true);
  });
}
