using System.Text;

namespace PhoenixChannels.Benchmarks.Micro;

static class Samples
{
    /// <summary>A line of chat as a payload.</summary>
    public static Payload Chat { get; } = Payload.Json("""{"body":"Good morning, everybody: are we still on for 10 o'clock?","user":"ann","at":1700000000}"""u8.ToArray());

    public static byte[] Text(string text) => Encoding.UTF8.GetBytes(text);
}
