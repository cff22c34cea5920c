namespace PhoenixChannels.InteropTests.Wire;

/// <param name="Headers">By their names in lower case; several of one name are joined by a comma.</param>
internal sealed record HttpResponse(int Status, IReadOnlyDictionary<string, string> Headers, ReadOnlyMemory<byte> Body);
