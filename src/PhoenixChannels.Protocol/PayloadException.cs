namespace PhoenixChannels;

/// <summary>
/// A payload does not have the shape that was asked for. Uncaught in a channel's <c>HandleInAsync</c> it becomes the error reply
/// <c>{"reason":"invalid payload"}</c>, in its <c>JoinAsync</c> a refusal with that reason; the channel does not crash.
/// </summary>
public sealed class PayloadException(string message, Exception? innerException = null) : Exception(message, innerException);
