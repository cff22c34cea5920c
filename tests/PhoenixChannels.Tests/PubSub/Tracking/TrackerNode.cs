using System.Text;

namespace PhoenixChannels.Tests.Broadcasting.Tracking;

/// <summary>A node of a <see cref="TrackerCluster"/>: PubSub and a tracker on it.</summary>
sealed class TrackerNode(PubSubNode node, Tracker tracker, RecordingHandler handler) : IAsyncDisposable
{
    public PubSubNode Node => node;

    public Tracker Tracker => tracker;

    public RecordingHandler Handler => handler;

    public string Name => node.PubSub.NodeName;

    /// <summary>Requests for what is missing.</summary>
    public long Transfers => node.Metrics.Sum("phoenixchannels.tracker.transfers", null);

    public Task<TrackResult> TrackAsync(string key, string meta = "", string topic = "t", long owner = 1) =>
        tracker.TrackAsync(topic, key, owner, Encoding.UTF8.GetBytes(meta)).InTimeAsync();

    public Task<UpdateResult> UpdateAsync(string key, string meta, string topic = "t", long owner = 1) =>
        tracker.UpdateAsync(topic, key, owner, Encoding.UTF8.GetBytes(meta)).InTimeAsync();

    public Task<bool> UntrackAsync(string key, string topic = "t", long owner = 1) => tracker.UntrackAsync(topic, key, owner).InTimeAsync();

    public async Task<string[]> ListAsync(string topic = "t") =>
        [.. (await tracker.ListAsync(topic).InTimeAsync()).Select(RecordingHandler.Describe).Order(StringComparer.Ordinal)];

    public ValueTask DisposeAsync() => node.DisposeAsync();
}
