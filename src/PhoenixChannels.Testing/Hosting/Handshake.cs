using System.Security.Claims;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using PhoenixChannels.Testing.Clients;

namespace PhoenixChannels.Testing.Hosting;

/// <summary>The request that a client begins with.</summary>
internal static class Handshake
{
    public static DefaultHttpContext Create(IServiceProvider services, object? parameters, ClaimsPrincipal? user, IEnumerable<KeyValuePair<string, string>>? headers, JsonSerializerOptions json)
    {
        var context = new DefaultHttpContext { RequestServices = services };
        var query = QueryString.Create("vsn", "2.0.0");
        foreach (var (name, value) in Flatten(parameters, json)) query = query.Add(name, value);
        context.Request.Method = HttpMethods.Get;
        context.Request.Protocol = HttpProtocol.Http11;
        context.Request.Scheme = "http";
        context.Request.Host = new("localhost");
        context.Request.Path = "/socket/websocket";
        context.Request.QueryString = query;
        context.Response.Body = new MemoryStream();
        if (user is not null) context.User = user;
        foreach (var (name, value) in headers ?? []) context.Request.Headers.Append(name, value);
        return context;
    }

    /// <summary>Parameters as phoenix.js writes them: what is inside an object is named <c>outer[inner]</c>.</summary>
    static IEnumerable<(string Name, string Value)> Flatten(object? parameters, JsonSerializerOptions json)
    {
        var payload = parameters.ToPayload().Encode(json);
        if (!payload.IsObject) throw new ArgumentException("The parameters of a connection are an object or a dictionary.", nameof(parameters));
        using var document = JsonDocument.Parse(payload.Bytes);
        return [.. Flatten("", document.RootElement)];
    }

    static IEnumerable<(string Name, string Value)> Flatten(string prefix, JsonElement element)
    {
        foreach (var property in element.EnumerateObject())
        {
            var name = prefix.Length == 0 ? property.Name : $"{prefix}[{property.Name}]";
            switch (property.Value.ValueKind)
            {
                case JsonValueKind.Object:
                    foreach (var inner in Flatten(name, property.Value)) yield return inner;
                    break;
                case JsonValueKind.Null:
                    break;
                default:
                    yield return (name, property.Value.ToString());
                    break;
            }
        }
    }
}
