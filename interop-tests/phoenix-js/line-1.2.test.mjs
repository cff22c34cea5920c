import { suite } from "./suite.mjs";

// It speaks V1 of the protocol.
await suite("phoenix-1.2", {
  retriesRefusedJoins: false,
  resendsJoins: false, // what is sent again has no ref, and no answer fits
  readsLongPoll: false,
  binary: false,
  fallsBack: false,
  authenticates: false,
});
