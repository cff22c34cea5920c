namespace PhoenixChannels.Generators.Reading;

/// <summary>The full names of types that mean something to a handler.</summary>
static class Names
{
    public const string Channel = "PhoenixChannels.Channel";
    public const string Socket = "PhoenixChannels.Socket";
    public const string Presence = "PhoenixChannels.Presence";
    public const string Message = "PhoenixChannels.Message";
    public const string Payload = "PhoenixChannels.Payload";
    public const string Reply = "PhoenixChannels.Reply";
    public const string Broadcast = "PhoenixChannels.Broadcast";
    public const string SocketRef = "PhoenixChannels.SocketRef";
    public const string CancellationToken = "System.Threading.CancellationToken";
    public const string Task = "System.Threading.Tasks.Task";
    public const string ValueTask = "System.Threading.Tasks.ValueTask";
    public const string FromServices = "Microsoft.AspNetCore.Mvc.FromServicesAttribute";
    public const string FromServiceMetadata = "Microsoft.AspNetCore.Http.Metadata.IFromServiceMetadata";
    public const string FromKeyedServices = "Microsoft.Extensions.DependencyInjection.FromKeyedServicesAttribute";
    public const string Authorize = "Microsoft.AspNetCore.Authorization.AuthorizeAttribute";
    public const string AuthorizeData = "Microsoft.AspNetCore.Authorization.IAuthorizeData";
    public const string AuthorizationRequirementData = "Microsoft.AspNetCore.Authorization.IAuthorizationRequirementData";
    public const string DbContext = "Microsoft.EntityFrameworkCore.DbContext";
    public const string AsyncEnumerable = "System.Collections.Generic.IAsyncEnumerable";
}
