using System.Text.Json;
using PhoenixChannels.Settings;

namespace PhoenixChannels;

/// <summary>
/// Options of all sockets. They come from the section <c>Channels</c> of the configuration, read once when the host starts (later changes have no effect),
/// and from code in <c>AddPhoenixChannels</c>, which wins.
/// </summary>
public sealed class ChannelsOptions
{
    /// <summary>
    /// How values become JSON and back; set in code only. Default the web defaults (camelCase, case-insensitive reading) without escapes that JSON does not
    /// demand, with required constructor parameters and non-nullable members demanded. Accepts JSON options. Phoenix's <c>json_library</c>.
    /// </summary>
    public JsonSerializerOptions Json { get; } = PayloadJson.Create();

    /// <summary>The defaults of every socket; <c>MapSocket</c> can change them for one.</summary>
    public SocketOptions Sockets { get; private set; } = new();

    internal void Visit(IOptionVisitor visitor)
    {
        visitor.Visit(nameof(Json), Json, "JSON options", json => json is not null, null);
        visitor.Section(nameof(Sockets), Sockets.Visit);
    }
}
