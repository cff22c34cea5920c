using System.Text.Json;

namespace PhoenixChannels;

/// <summary>Options of all sockets.</summary>
public sealed class ChannelsOptions
{
    /// <summary>How values become JSON and back. Default: the web defaults (camelCase, case-insensitive reading) without escapes that JSON does not demand; required constructor parameters and non-nullable members are demanded.</summary>
    public JsonSerializerOptions Json { get; } = PayloadJson.Create();

    /// <summary>The defaults of every socket; <c>MapSocket</c> can change them for one.</summary>
    public SocketOptions Sockets { get; private set; } = new();
}
