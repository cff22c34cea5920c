using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace PhoenixChannels.Tests.Server;

/// <summary>Issues tokens with a key of its own, and has a server take them.</summary>
/// <param name="clock">What they are issued and expire by. By itself that is the real time, as the handler has it.</param>
internal sealed class Jwt(TimeProvider? clock = null)
{
    /// <summary>How long <see cref="Brief"/> tokens count. The others do for an hour.</summary>
    public static readonly TimeSpan BriefLifetime = TimeSpan.FromMinutes(5);

    const string Party = "tests";

    readonly SymmetricSecurityKey _key = new(RandomNumberGenerator.GetBytes(32));

    public AuthenticationBuilder AddTo(IServiceCollection services) => services.AddAuthentication().AddJwtBearer(options =>
    {
        options.MapInboundClaims = false;
        options.TokenValidationParameters = new() { IssuerSigningKey = _key, ValidIssuer = Party, ValidAudience = Party, NameClaimType = "sub", RoleClaimType = "role" };
        if (clock is not null) options.TokenValidationParameters.LifetimeValidator = (_, expires, _, _) => expires > Now;
    });

    public string For(string user, params string[] roles) => Create(user, Now, TimeSpan.FromHours(1), roles);

    public string Brief(string user) => Create(user, Now, BriefLifetime);

    public string Expired(string user) => Create(user, Now.AddDays(-1), BriefLifetime);

    /// <summary>As phoenix.js writes it: <c>btoa</c> without its padding.</summary>
    public static string Subprotocol(string token) => "base64url.bearer.phx." + Convert.ToBase64String(Encoding.UTF8.GetBytes(token)).TrimEnd('=');

    DateTime Now => (clock ?? TimeProvider.System).GetUtcNow().UtcDateTime;

    string Create(string user, DateTime now, TimeSpan lifetime, params string[] roles) => new JsonWebTokenHandler().CreateToken(new SecurityTokenDescriptor
    {
        Issuer = Party,
        Audience = Party,
        IssuedAt = now,
        NotBefore = now,
        Expires = now + lifetime,
        Subject = new([new("sub", user), .. roles.Select(role => new Claim("role", role))]),
        SigningCredentials = new(_key, SecurityAlgorithms.HmacSha256),
    });
}
