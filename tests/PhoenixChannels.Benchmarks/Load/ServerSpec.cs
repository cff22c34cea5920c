using System.Text.RegularExpressions;
using PhoenixChannels.Benchmarks.Servers;

namespace PhoenixChannels.Benchmarks.Load;

/// <summary>
/// A server to be measured: one of this program's own, "KIND", or "LABEL:KIND:NAME=VALUE,NAME=VALUE" for a variant of it; or any command,
/// "LABEL=COMMAND" or "LABEL:signalr=COMMAND", that listens where PORT says and then writes READY.
/// </summary>
sealed partial record ServerSpec(string Label, string? Kind, string? Command, bool SignalR, IReadOnlyDictionary<string, string> Environment)
{
    static readonly Dictionary<string, string> s_none = [];

    /// <summary>A foreign command might end at the signal.</summary>
    public bool Collects => Kind is not null && !OperatingSystem.IsWindows();

    public static ServerSpec Parse(string text)
    {
        if (CommandForm().Match(text) is { Success: true } command) return new(command.Groups["label"].Value, null, command.Groups["command"].Value, command.Groups["signalr"].Success, s_none);
        var parts = text.Split(':', 3);
        var kind = parts.Length == 1 ? parts[0] : parts[1];
        if (!ServerCommand.Kinds.Contains(kind)) throw new FormatException($"There is no server \"{kind}\". There are {string.Join(", ", ServerCommand.Kinds)}, and LABEL=COMMAND.");
        return new(parts[0], kind, null, kind == "signalr", parts.Length < 3 ? s_none : parts[2].Split(',').Select(ParseVariable).ToDictionary());
    }

    public static KeyValuePair<string, string> ParseVariable(string text) =>
        text.IndexOf('=') is > 0 and var at ? new(text[..at], text[(at + 1)..]) : throw new FormatException($"\"{text}\" is not NAME=VALUE.");

    [GeneratedRegex("^(?<label>[^:=]+)(?<signalr>:signalr)?=(?<command>.+)$")]
    private static partial Regex CommandForm();
}
