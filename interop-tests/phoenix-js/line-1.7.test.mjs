import { suite } from "./suite.mjs";

await suite("phoenix-1.7", {
  comesBackAfterNormalClose: false,
  noticesEndOfSession: false,
  authenticates: false,
});
