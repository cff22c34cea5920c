using System.Security.Claims;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace PhoenixChannels.Tests.Server;

/// <summary>Takes the user from the header <c>X-User</c>: a name, and perhaps roles, as in <c>ann:admin,editor</c>.</summary>
internal sealed class HeaderAuthentication(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder) : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    public static void AddTo(IServiceCollection services) => services.AddAuthentication("header").AddScheme<AuthenticationSchemeOptions, HeaderAuthentication>("header", null);

    protected override Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (Request.Headers["X-User"] is not [{ } user, ..]) return Task.FromResult(AuthenticateResult.NoResult());
        var parts = user.Split(':');
        var roles = parts.Skip(1).SelectMany(list => list.Split(',')).Select(role => new Claim(ClaimTypes.Role, role));
        return Task.FromResult(AuthenticateResult.Success(new(new(new ClaimsIdentity([new(ClaimTypes.Name, parts[0]), .. roles], "header")), "header")));
    }
}
