namespace PhoenixChannels.Postgres;

/// <summary>
/// What a notification carries, in Base64: a version byte, 8 bytes that no other notification of the transaction has (PostgreSQL folds equal ones), then frames. A frame is a length (4 bytes,
/// big-endian) and an envelope, or one of the marks instead of the length.
/// </summary>
internal static class NotificationFrame
{
    public const byte Version = 1;

    public const int HeaderLength = 9, LengthLength = 4, IdLength = 16;

    /// <summary>PostgreSQL takes 7,999 bytes of text; that is so much in Base64.</summary>
    public const int MaxBytes = 7_999 / 4 * 3;

    /// <summary>The largest envelope that fits.</summary>
    public const int MaxEnvelope = MaxBytes - HeaderLength - LengthLength;

    /// <summary>The envelope is in the table of large messages; its id follows.</summary>
    public const uint LargeMark = 0xffff_ffff;

    /// <summary>Somebody publishes with a transaction: the outbox should be read more often for a while. Nothing follows.</summary>
    public const uint WakeMark = 0xffff_fffe;
}
