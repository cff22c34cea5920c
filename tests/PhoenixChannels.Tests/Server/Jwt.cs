using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace PhoenixChannels.Tests.Server;

/// <summary>Issues tokens with a key of its own, and has a server take them.</summary>
internal sealed class Jwt
{
    const string Party = "tests";

    readonly SymmetricSecurityKey _key = new(RandomNumberGenerator.GetBytes(32));

    public AuthenticationBuilder AddTo(IServiceCollection services) => services.AddAuthentication().AddJwtBearer(options =>
    {
        options.MapInboundClaims = false;
        options.TokenValidationParameters = new() { IssuerSigningKey = _key, ValidIssuer = Party, ValidAudience = Party, NameClaimType = "sub", RoleClaimType = "role" };
    });

    public string For(string user, params string[] roles) => Create(user, TimeProvider.System.GetUtcNow().UtcDateTime, roles);

    public string Expired(string user) => Create(user, new(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc));

    /// <summary>As phoenix.js writes it: <c>btoa</c> without its padding.</summary>
    public static string Subprotocol(string token) => "base64url.bearer.phx." + Convert.ToBase64String(Encoding.UTF8.GetBytes(token)).TrimEnd('=');

    string Create(string user, DateTime now, params string[] roles) => new JsonWebTokenHandler().CreateToken(new SecurityTokenDescriptor
    {
        Issuer = Party,
        Audience = Party,
        IssuedAt = now,
        NotBefore = now,
        Expires = now.AddHours(1),
        Subject = new([new("sub", user), .. roles.Select(role => new Claim("role", role))]),
        SigningCredentials = new(_key, SecurityAlgorithms.HmacSha256),
    });
}
