export const RECORDER = "aws:cfg/recorder:Recorder";
export const DELIVERY_CHANNEL = "aws:cfg/deliveryChannel:DeliveryChannel";
export const RECORDER_STATUS = "aws:cfg/recorderStatus:RecorderStatus";

/** Of rules: how often AWS Config evaluates; of channels: how often it delivers a snapshot. */
export const FREQUENCIES = ["One_Hour", "Three_Hours", "Six_Hours", "Twelve_Hours", "TwentyFour_Hours"];
