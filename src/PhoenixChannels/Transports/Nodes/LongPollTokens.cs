using System.Buffers.Text;
using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;
using PhoenixChannels.Tracking;

namespace PhoenixChannels.Transports;

/// <summary>
/// Sessions' tokens: their addresses, protected. Nodes that share a key ring read each other's. The mount stands inside, not in the purpose: a token has to be read before it
/// is known which mount a request is for.
/// </summary>
internal sealed class LongPollTokens(IDataProtectionProvider protection)
{
    readonly IDataProtector _protector = protection.CreateProtector("PhoenixChannels.LongPoll.v2");

    public string Protect(in LongPollAddress address)
    {
        var writer = new TrackerWriter();
        writer.Text(address.Mount);
        writer.Text(address.Node);
        writer.Id(address.Session);
        return Base64Url.EncodeToString(_protector.Protect(writer.ToArray()));
    }

    /// <summary>False for what was not made with this key ring.</summary>
    public bool TryRead(string? token, out LongPollAddress address)
    {
        address = default;
        if (string.IsNullOrEmpty(token) || !Base64Url.IsValid(token)) return false;
        try
        {
            var reader = new TrackerReader(_protector.Unprotect(Base64Url.DecodeFromChars(token)));
            address = new(reader.Text(), reader.Text(), reader.Id());
            return !reader.HasFailed && reader.IsAtEnd;
        }
        catch (CryptographicException)
        {
            return false;
        }
    }
}
