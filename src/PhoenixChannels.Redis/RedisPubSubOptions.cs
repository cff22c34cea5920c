using System.Security.Cryptography;
using Microsoft.Extensions.Options;
using PhoenixChannels.Settings;

namespace PhoenixChannels;

/// <summary>Options of the adapter over Redis; set in code: <c>UseRedis(configuration, o => …)</c> or <c>services.Configure&lt;RedisPubSubOptions&gt;(o => …)</c>.</summary>
public sealed class RedisPubSubOptions
{
    const int LongestName = 1024;

    /// <summary>
    /// This node's name, unique among the nodes of the <see cref="Namespace"/>: a second one of a living node's name does not start. Default the machine's name, the process id and some random
    /// characters. Accepts 1 to 1,024 characters.
    /// </summary>
    public string NodeName { get; set; } = $"{Environment.MachineName}-{Environment.ProcessId}-{RandomNumberGenerator.GetHexString(6, lowercase: true)}";

    /// <summary>
    /// What the adapter's channels and keys begin with: nodes of one namespace hear each other, applications that share a Redis have one each. Channels know no databases, so another
    /// <c>defaultDatabase</c> does not keep them apart. Default <c>phoenix_channels</c>. Accepts 1 to 1,024 characters.
    /// </summary>
    public string Namespace { get; set; } = "phoenix_channels";

    /// <summary>
    /// How long Redis may take for an answer. A broadcast without one fails after that time, and it is not known whether the other nodes have got it
    /// (<see cref="PubSubUnavailableException.IsOutcomeUnknown"/>). Default 5 seconds. From 100 milliseconds to 1 minute.
    /// </summary>
    public TimeSpan PublishTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// How long a name stays taken by a node that was killed: for so long its successor waits at its start. It is renewed three times as often, and the connection is checked with it.
    /// Default 10 seconds. From 1 second to 5 minutes.
    /// </summary>
    public TimeSpan NameLease { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// How many messages from Redis, each of one envelope or many, may wait for this node to take them. With more, the connection counts as lost and is made anew: what waited is missed, and counted
    /// (<see cref="PubSub.GapFound"/>). Default 100,000. From 100 to 10,000,000.
    /// </summary>
    public int MaxIncomingMessages { get; set; } = 100_000;

    /// <exception cref="OptionsValidationException">An option is out of its bounds.</exception>
    internal void Validate() => OptionCheck.Run(typeof(RedisPubSubOptions), Visit);

    internal void Visit(IOptionVisitor visitor)
    {
        NodeName = visitor.Text(nameof(NodeName), NodeName, "1 to 1,024 characters", IsName);
        Namespace = visitor.Text(nameof(Namespace), Namespace, "1 to 1,024 characters", IsName);
        PublishTimeout = visitor.Time(nameof(PublishTimeout), PublishTimeout, TimeSpan.FromMilliseconds(100), TimeSpan.FromMinutes(1));
        MaxIncomingMessages = visitor.Number(nameof(MaxIncomingMessages), MaxIncomingMessages, 100, 10_000_000);
        NameLease = visitor.Time(nameof(NameLease), NameLease, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(5));
    }

    static bool IsName(string text) => text.Length is > 0 and <= LongestName;
}
