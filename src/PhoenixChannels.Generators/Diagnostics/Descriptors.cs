using Microsoft.CodeAnalysis;

namespace PhoenixChannels.Generators.Diagnostics;

/// <summary>What is reported about channels; docs/diagnostics.md explains each.</summary>
static class Descriptors
{
    const string Category = "PhoenixChannels";
    const string Page = "https://github.com/phoenix-channels/channels/blob/main/docs/diagnostics.md#";

    public static readonly DiagnosticDescriptor NotPartial = Error(
        "PHX0001", "A class with handlers is partial", "'{0}' has handlers, which are generated into it, and so must be partial, as must the types around it: add 'partial' to '{1}'");

    public static readonly DiagnosticDescriptor NotAChannel = Error(
        "PHX0002", "A handler belongs to a channel", "'{0}' has a handler's attribute, but its class is no channel: derive '{1}' from Channel<TSocket>, or remove the attribute");

    public static readonly DiagnosticDescriptor NotCallable = Error(
        "PHX0003", "A handler is an ordinary instance method", "The handler '{0}' is {1}: make it an instance method without type parameters");

    public static readonly DiagnosticDescriptor WrongReturnType = Error(
        "PHX0004", "A handler returns what can be answered", "The handler '{0}' returns {1}: {2}");

    public static readonly DiagnosticDescriptor WrongParameter = Error(
        "PHX0005", "A handler's parameters can be supplied", "The parameter '{0}' of the handler '{1}' cannot be supplied: {2}");

    public static readonly DiagnosticDescriptor AsyncVoid = Error(
        "PHX0006", "A handler is not async void", "The handler '{0}' is async void: the channel would not wait for it, and an exception in it would end the process. Return Task");

    public static readonly DiagnosticDescriptor DuplicateEvent = Error(
        "PHX0007", "An event has one handler", "The event {0} is handled by '{1}' already: keep one of the two handlers");

    public static readonly DiagnosticDescriptor DuplicateCallback = Error(
        "PHX0008", "A channel has one [Join] and one [Joined]", "'{0}' is a [{1}] already: keep one of the two methods");

    public static readonly DiagnosticDescriptor OverrideAndAttribute = Error(
        "PHX0009", "A callback is either written or generated", "'{0}' is written by hand, and would be generated for [{1}] as well: remove the override, or handle it there and remove the attribute");

    public static readonly DiagnosticDescriptor ReservedEvent = Warning(
        "PHX0010", "An event's name is the application's own", "The event {0} is {1}: choose another name");

    public static readonly DiagnosticDescriptor DuplicateMessageType = Error(
        "PHX0011", "A message's type has one handler", "Messages of type {0} are handled by '{1}' already, so that '{2}' would never run: keep one of the two handlers");

    public static readonly DiagnosticDescriptor DbContextInConstructor = Warning(
        "PHX0012", "A channel keeps no DbContext", "'{0}' would live as long as the channel, and hold what it has read and its connection: take it where it is needed, as '[FromServices] {0}' parameter of a handler");

    public static readonly DiagnosticDescriptor SocketAssignment = Warning(
        "PHX0013", "A socket's properties are set by itself", "'{0}' belongs to the socket, whose channels run in parallel: set it in ConnectAsync and only read it afterwards, and keep the channel's state in the channel's own fields");

    public static readonly DiagnosticDescriptor ActsInJoin = Warning(
        "PHX0014", "A join decides and does not act", "'{0}' throws here, since a join only decides whether the client may come in: move this to a [Joined] method or JoinedAsync");

    public static readonly DiagnosticDescriptor NoJoin = Error(
        "PHX0015", "A channel decides about joins", "'{0}' decides nothing about joins: add '[Join] Reply Join() => Reply.Ok();', or override JoinAsync");

    public static readonly DiagnosticDescriptor AuthorizeWithoutEffect = Warning(
        "PHX0016", "Only joins and events from the client are authorized", "[{0}] has no effect on '{1}': {2}");

    public static readonly DiagnosticDescriptor UnreadablePayload = Warning(
        "PHX0017", "A payload can be read from JSON", "The parameter '{0}' of the handler '{1}' is read from the payload, but {2} cannot be made from JSON: add [FromServices] if it is a service");

    public static readonly DiagnosticDescriptor HttpResult = Warning(
        "PHX0018", "A reply is no HTTP response", "The handler '{0}' returns {1}, which only an HTTP response can carry out: return Reply, or the value itself");

    public static readonly DiagnosticDescriptor NotAwaited = Warning(
        "PHX0019", "What can fail is awaited", "'{0}' is not awaited, so that nobody would learn of its failure, and what follows may overtake it: await it in an async Task method, or return its task");

    static DiagnosticDescriptor Error(string id, string title, string message) => Create(id, title, message, DiagnosticSeverity.Error);

    static DiagnosticDescriptor Warning(string id, string title, string message) => Create(id, title, message, DiagnosticSeverity.Warning);

    static DiagnosticDescriptor Create(string id, string title, string message, DiagnosticSeverity severity) =>
        new(id, title, message, Category, severity, isEnabledByDefault: true, helpLinkUri: Page + id.ToLowerInvariant());
}
