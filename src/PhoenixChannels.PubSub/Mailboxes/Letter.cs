namespace PhoenixChannels.Mailboxes;

/// <summary>One message in a mailbox. It is its own link of the queue, so posting allocates nothing more.</summary>
internal abstract class Letter
{
    internal Letter? Next;
}
