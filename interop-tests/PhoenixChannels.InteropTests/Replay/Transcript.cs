using PhoenixChannels.InteropTests.Json;
using PhoenixChannels.InteropTests.Replay.Steps;

namespace PhoenixChannels.InteropTests.Replay;

/// <summary>What a real Phoenix did, step by step.</summary>
internal sealed class Transcript
{
    Transcript(JsonObject json)
    {
        Name = json.GetText("name");
        Group = json.GetText("group");
        Level = json.FindText("level");
        NeedsOwnServer = json.FindText("server") == "own";
        IsExclusive = json.FindFlag("exclusive");
        IsSlow = json.FindFlag("slow");
        Retries = json.FindInteger("retries") ?? 0;
        var vsn = json.FindText("vsn");
        Clients = json.Get<JsonObject>("clients").Members
            .ToDictionary(member => member.Key, member => ClientSpec.Read((JsonObject)member.Value, vsn));
        Steps = [.. json.Objects("steps").Select(StepReader.Read)];
    }

    public string Name { get; }

    public string Group { get; }

    /// <summary>Null: Phoenix's own doing. Else whose doing it is, or that Phoenix is not to be followed.</summary>
    public string? Level { get; }

    public bool NeedsOwnServer { get; }

    /// <summary>Nothing may happen on the server beside it.</summary>
    public bool IsExclusive { get; }

    /// <summary>It takes a minute or more.</summary>
    public bool IsSlow { get; }

    /// <summary>How often it may be tried again: Phoenix itself races, and one agreeing run is enough.</summary>
    public int Retries { get; }

    public IReadOnlyDictionary<string, ClientSpec> Clients { get; }

    public IReadOnlyList<Step> Steps { get; }

    public static IEnumerable<string> Files => Directory.EnumerateFiles(Repository.Transcripts, "*.json").Order(StringComparer.Ordinal);

    public static Transcript Load(string file) => new((JsonObject)JsonParser.Parse(File.ReadAllText(file)));
}
