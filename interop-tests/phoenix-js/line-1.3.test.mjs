import { suite } from "./suite.mjs";

await suite("phoenix-1.3", {
  retriesRefusedJoins: false,
  noticesEndOfSession: false,
  batches: false,
  binary: false,
  fallsBack: false,
  authenticates: false,
});
