using PhoenixChannels.Presences;

namespace PhoenixChannels;

/// <summary>What has changed in one topic: what clients get as <c>presence_diff</c>. An update is a leave of the old meta and a join of the new one.</summary>
/// <param name="Joins">The metas that are new.</param>
/// <param name="Leaves">The metas that are gone.</param>
public sealed record PresenceDiff(PresenceMap Joins, PresenceMap Leaves) : IEncodable
{
    byte[] IEncodable.Encode(System.Text.Json.JsonSerializerOptions options) => PresenceJson.Encode(this, options);
}
