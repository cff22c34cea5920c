using System.Text.Json.Serialization;

namespace PhoenixChannels.AotSmoke;

internal sealed record Welcome(string Topic, string Name);

internal sealed record NewMessage(string Body);

internal sealed record User(string Name);

internal sealed record Device(string Kind);

/// <summary>What the library's own types look like inside a value.</summary>
internal sealed record Roster(PresenceMap Present, Payload Asked);

/// <summary>Is in no context.</summary>
internal sealed record Unknown(string Name);

[JsonSerializable(typeof(Welcome))]
[JsonSerializable(typeof(NewMessage))]
[JsonSerializable(typeof(User))]
[JsonSerializable(typeof(Device))]
[JsonSerializable(typeof(Roster))]
internal sealed partial class SmokeJson : JsonSerializerContext;
