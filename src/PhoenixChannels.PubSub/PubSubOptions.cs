using System.Text.Json;
using Microsoft.Extensions.Options;
using PhoenixChannels.Settings;

namespace PhoenixChannels;

/// <summary>Options of <see cref="PubSub"/>; set in code: <c>AddPubSub(o => …)</c> or <c>services.Configure&lt;PubSubOptions&gt;(o => …)</c>. All but <see cref="Json"/> matter only where an adapter connects several nodes.</summary>
public sealed class PubSubOptions
{
    /// <summary>How values are encoded. <c>AddPhoenixChannels</c> sets it to <c>ChannelsOptions.Json</c>. Default the web defaults (camelCase) without needless escapes. Accepts JSON options.</summary>
    public JsonSerializerOptions Json { get; set; } = PayloadJson.Create();

    /// <summary>What a broadcast does that the adapter does not take. Default <c>Throw</c>. Accepts <c>Throw</c> or <c>DeliverLocally</c>.</summary>
    public UnavailableBehavior WhenUnavailable { get; set; }

    /// <summary>
    /// How much may wait for the adapter, in bytes; what comes while more waits fails with <see cref="PubSubUnavailableException"/> and is counted in <c>phoenixchannels.pubsub.publish_errors</c>.
    /// A single message is always taken. Default 67,108,864 (64 MiB). From 1,024 to 2,147,483,647.
    /// </summary>
    public int MaxQueueBytes { get; set; } = 64 * 1024 * 1024;

    /// <summary>
    /// How often a node tells the others that it is there and how much it has published: after that long they know what they have missed, and after three times that long that delivery does not work.
    /// Default 2 seconds. From 50 milliseconds to 1 minute.
    /// </summary>
    public TimeSpan BeaconPeriod { get; set; } = TimeSpan.FromSeconds(2);

    /// <exception cref="OptionsValidationException">An option is out of its bounds.</exception>
    internal void Validate() => OptionCheck.Run(typeof(PubSubOptions), Visit);

    internal void Visit(IOptionVisitor visitor)
    {
        Json = visitor.Visit(nameof(Json), Json, "JSON options", json => json is not null, null);
        WhenUnavailable = visitor.Visit(nameof(WhenUnavailable), WhenUnavailable, "'Throw' or 'DeliverLocally'", Enum.IsDefined, null);
        MaxQueueBytes = visitor.Number(nameof(MaxQueueBytes), MaxQueueBytes, 1024, int.MaxValue);
        BeaconPeriod = visitor.Time(nameof(BeaconPeriod), BeaconPeriod, TimeSpan.FromMilliseconds(50), TimeSpan.FromMinutes(1));
    }
}
