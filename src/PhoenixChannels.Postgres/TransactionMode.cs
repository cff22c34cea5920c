namespace PhoenixChannels;

/// <summary>How messages that are published with a transaction get to the nodes.</summary>
public enum TransactionMode
{
    /// <summary>
    /// Through a table that the nodes read every 50 milliseconds. Commits wait for each other only where they publish to topics of the same stripe. A node that was cut off reads what it has missed.
    /// </summary>
    Outbox,

    /// <summary>
    /// With a notification in the transaction: at the nodes a millisecond after the commit. All commits of the database that notify wait for each other, and a node that is cut off misses the message.
    /// </summary>
    Notify,
}
