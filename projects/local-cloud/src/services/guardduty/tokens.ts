export const DETECTOR = "aws:guardduty/detector:Detector";

/** AWS's answer to a detector id that no detector of the account has. */
export const FOREIGN_DETECTOR =
  "BadRequestException: The request is rejected because the input detectorId is not owned by the current account.";
