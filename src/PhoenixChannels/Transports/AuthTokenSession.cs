namespace PhoenixChannels.Transports;

/// <summary>What a request that may open a long-poll session has shown; a feature of that request.</summary>
internal sealed class AuthTokenSession(AuthTokenSessions sessions, string path, string authToken)
{
    public string Path => path;

    public string AuthToken => authToken;

    /// <summary>The session has begun.</summary>
    public void Keep(string token) => sessions.Keep(token, this);

    /// <summary>The session has ended.</summary>
    public void Forget(string token) => sessions.Forget(token);
}
