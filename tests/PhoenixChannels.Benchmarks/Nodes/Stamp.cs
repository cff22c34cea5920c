using System.Text.Json;
using PhoenixChannels.Benchmarks.Load.Generator;

namespace PhoenixChannels.Benchmarks.Nodes;

/// <summary>A message of about 200 bytes as JSON, which tells when it was sent. The clock is the machine's: another process reads it as well.</summary>
sealed record Stamp(long Id, long SentAt, string Text)
{
    static readonly string s_text = new('x', 150);

    static long s_lastId;

    public static Stamp Create() => new(Interlocked.Increment(ref s_lastId), Clock.Now, s_text);

    public static Stamp Parse(string json) => JsonSerializer.Deserialize<Stamp>(json, JsonSerializerOptions.Web)!;

    public string ToJson() => JsonSerializer.Serialize(this, JsonSerializerOptions.Web);
}
