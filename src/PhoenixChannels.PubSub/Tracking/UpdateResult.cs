namespace PhoenixChannels;

/// <summary>The outcome of <see cref="Tracker.UpdateAsync(string, string, long, ReadOnlyMemory{byte})"/>.</summary>
public enum UpdateResult
{
    /// <summary>The meta is replaced.</summary>
    Updated,

    /// <summary>The owner does not track this key in this topic; nothing has changed.</summary>
    NotTracked,
}
