using System.Text;

namespace PhoenixChannels.Serializers;

/// <summary>
/// Strings for the topics and events that come again and again, so that a message needs no new ones: a table in which a name
/// replaces the one that had its place. Reads and writes race harmlessly: whatever is found is compared before it is used.
/// </summary>
internal static class NameCache
{
    const int Size = 1024, LongestName = 64;

    static readonly string?[] s_names = new string?[Size];

    public static string Get(ReadOnlySpan<byte> utf8)
    {
        if (utf8.Length > LongestName) return Encoding.UTF8.GetString(utf8);
        ref var place = ref s_names[Hash(utf8) % Size];
        var found = Volatile.Read(ref place);
        if (found is not null && Ascii.Equals(utf8, found)) return found;
        var name = Encoding.UTF8.GetString(utf8);
        Volatile.Write(ref place, name);
        return name;
    }

    static uint Hash(ReadOnlySpan<byte> bytes)
    {
        var hash = 2166136261;
        foreach (var b in bytes) hash = (hash ^ b) * 16777619;
        return hash ^ (hash >> 15);
    }
}
