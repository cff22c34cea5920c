using System.Security.Cryptography;
using System.Text;

namespace PhoenixChannels.Postgres;

/// <summary>Names within the database.</summary>
internal static class PostgresSchema
{
    const string NameInScript = "phoenix_channels";

    /// <summary>How many stripes topics are spread over: so many locks a transaction takes at most.</summary>
    const int Stripes = 64;

    static readonly string s_script = ReadScript();

    /// <summary>The script for a schema.</summary>
    public static string Script(string schema) => s_script.Replace(NameInScript, schema, StringComparison.Ordinal);

    /// <summary>Whether a name can stand in SQL without quotes.</summary>
    public static bool IsName(string name) =>
        name.Length is >= 1 and <= 63 && !char.IsAsciiDigit(name[0]) && name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '_');

    /// <summary>The notification channel of all nodes.</summary>
    public static string ChannelOf(string schema) => $"{Prefix(schema)}_all";

    /// <summary>The notification channel of one node. Any text may be a node's name, while a channel's has 63 bytes.</summary>
    public static string ChannelOf(string schema, string node) => $"{Prefix(schema)}_{Convert.ToHexStringLower(Hash($"{schema}/{node}").AsSpan(0, 12))}";

    /// <summary>The lock that a node holds on its name.</summary>
    public static long LockOf(string schema, string node) => BitConverter.ToInt64(Hash($"{schema}/{node}/name"));

    /// <summary>The lock under which tables are made and cleaned.</summary>
    public static long LockOf(string schema) => BitConverter.ToInt64(Hash($"{schema}/tables"));

    /// <summary>The stripe of a topic.</summary>
    public static int StripeOf(string topic) => Hash(topic)[0] % Stripes;

    /// <summary>A readable part of the schema's name, and what keeps it apart from others.</summary>
    static string Prefix(string schema) => $"{schema[..Math.Min(schema.Length, 24)]}_{Convert.ToHexStringLower(Hash(schema).AsSpan(0, 4))}";

    static byte[] Hash(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));

    static string ReadScript()
    {
        using var reader = new StreamReader(typeof(PostgresSchema).Assembly.GetManifestResourceStream("schema.sql")!);
        return reader.ReadToEnd();
    }
}
