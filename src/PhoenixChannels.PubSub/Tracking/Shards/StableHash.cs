namespace PhoenixChannels.Tracking;

/// <summary>FNV-1a over UTF-16: the same in every process and on every platform, unlike <see cref="string.GetHashCode()"/>.</summary>
internal static class StableHash
{
    public static uint Of(string text)
    {
        var hash = 2166136261u;
        foreach (var unit in text)
        {
            hash = (hash ^ (byte)unit) * 16777619;
            hash = (hash ^ (byte)(unit >> 8)) * 16777619;
        }

        // The low bits decide; the high ones are better mixed.
        return hash ^ (hash >> 16);
    }
}
