namespace PhoenixChannels.Transports;

/// <summary>One message out of a request's body.</summary>
internal readonly record struct LongPollMessage(byte[] Bytes, bool IsBinary)
{
    /// <summary>Text has to be UTF-8.</summary>
    public bool IsSound => IsBinary || System.Text.Unicode.Utf8.IsValid(Bytes);
}
