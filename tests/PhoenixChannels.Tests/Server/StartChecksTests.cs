using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.DependencyInjection;
using PhoenixChannels.Testing;

namespace PhoenixChannels.Tests.Server;

/// <summary>What a channel asks for and the application does not have stops the start, and not the first client.</summary>
public partial class StartChecksTests
{
    const string NotRegistered = "which is not registered: register it with builder.Services.";

    [Test]
    public async Task A_channel_that_gets_all_it_asks_for_starts() => await StartAsync<Everything>(Add);

    [Test]
    public void A_service_of_a_handler_that_is_not_registered_stops_the_start() =>
        Refuses<WantsStore>(_ => { }, $"WantsStore.NewMessage on 'room:*' asks for the service Store, {NotRegistered}");

    [Test]
    public void A_keyed_service_of_a_handler_that_is_not_registered_stops_the_start()
    {
        Refuses<WantsKeyed>(services => services.AddSingleton<Store>(), $"WantsKeyed.Join on 'room:*' asks for the service Store with the key 'main', {NotRegistered}");
        Refuses<WantsKeyed>(services => services.AddKeyedSingleton<Store>("other"), $"WantsKeyed.Join on 'room:*' asks for the service Store with the key 'main', {NotRegistered}");
    }

    [Test]
    public void A_service_of_the_constructor_that_is_not_registered_stops_the_start() =>
        Refuses<Constructed>(services => services.AddSingleton<Store>(), $"The constructor of Constructed on 'room:*' asks for the service Store with the key 'main', {NotRegistered}");

    [Test]
    public void A_presence_that_is_not_registered_names_the_call_that_does_it() => Refuses<WantsPresence>(
        _ => { }, "The constructor of WantsPresence on 'room:*' asks for the service RoomPresence, which is not registered: call builder.Services.AddPhoenixChannels().AddPresence<RoomPresence>().");

    [Test]
    public async Task A_service_as_a_payload_stops_the_start()
    {
        Refuses<Forgetful>(
            services => services.AddSingleton<Store>(),
            "Forgetful.NewMessage on 'room:*' would read Store, which is a service, from what the client sends: add [FromServices] to the parameter, or take Payload and call its Read<Store>() if it is meant.");
        await StartAsync<Forgetful>(_ => { });
    }

    [Test]
    public async Task Values_and_collections_are_payloads_whatever_is_registered() =>
        await StartAsync<Values>(services => services.AddSingleton("text").AddSingleton<List<int>>().AddSingleton(new byte[1]).AddSingleton(typeof(int), 5));

    [Test]
    public async Task A_policy_of_a_handler_that_is_not_known_stops_the_start()
    {
        const string Message = "asks for the authorization policy 'staff \"A\"', which is not known: add it with AddAuthorization(options => options.AddPolicy(\"staff \"A\"\", ...)), or correct its name.";
        Refuses<Guarded>(services => services.AddAuthorization(), $"Guarded.Delete on 'room:*' {Message}");
        await StartAsync<Guarded>(services => services.AddAuthorization(options => options.AddPolicy("staff \"A\"", policy => policy.RequireAuthenticatedUser())));
    }

    [TestCase(typeof(Guarded), "Delete")]
    [TestCase(typeof(Signed), "Join")]
    public void A_handler_s_authorization_without_its_services_stops_the_start(Type channel, string method)
    {
        var message = $"{channel.Name}.{method} on 'room:*' asks for authorization, but its services are missing: call builder.Services.AddAuthorization().";
        if (channel == typeof(Guarded)) Refuses<Guarded>(_ => { }, message);
        else Refuses<Signed>(_ => { }, message);
    }

    [Test]
    public void Handlers_of_a_base_class_are_looked_at() =>
        Refuses<Heir>(_ => { }, $"Heir.NewMessage on 'room:*' asks for the service Store, {NotRegistered}");

    [Test]
    public async Task What_a_derived_class_has_taken_the_place_of_asks_for_nothing() => await StartAsync<Replacing>(_ => { });

    [Test]
    public void A_test_s_first_client_is_told()
    {
        Assert.That(
            async () =>
            {
                await using var host = ChannelTestHost.Create().MapChannel<WantsStore>("room:*");
                await host.ConnectAsync<TestSocket>();
            },
            Throws.InvalidOperationException.With.Message.EqualTo($"WantsStore.NewMessage on 'room:*' asks for the service Store, {NotRegistered}"));
    }

    [Test]
    public async Task A_test_s_socket_that_is_mounted_later_is_looked_at()
    {
        await using var host = ChannelTestHost.Create().MapChannel<Heirless>("room:*");
        await host.ConnectAsync<TestSocket>();
        host.MapChannel<OtherSocket>("a", channel => channel.OnJoin((_, _) => Reply.Ok()));
        host.MapChannel<OthersStore>("b");
        Assert.That(
            async () => await host.ConnectAsync<OtherSocket>(),
            Throws.InvalidOperationException.With.Message.EqualTo($"OthersStore.NewMessage on 'b' asks for the service Store, {NotRegistered}"));
    }

    static void Refuses<TChannel>(Action<IServiceCollection> add, string message) where TChannel : Channel =>
        Assert.That(async () => await StartAsync<TChannel>(add), Throws.InvalidOperationException.With.Message.EqualTo(message));

    static async Task StartAsync<TChannel>(Action<IServiceCollection> add) where TChannel : Channel
    {
        await using var server = await TestServer.StartAsync<TestSocket>(socket => socket.MapChannel<TChannel>("room:*"), configure: builder => add(builder.Services));
    }

    static void Add(IServiceCollection services) => services
        .AddSingleton<Store>().AddKeyedSingleton<Store>("main").AddSingleton<IList<Store>>([])
        .AddPhoenixChannels().AddPresence<RoomPresence>();

    sealed class Store;

    sealed record NewMessage(string Body);

    sealed class RoomPresence : Presence;

    sealed class OtherSocket : Socket
    {
        protected internal override ValueTask<ConnectResult> ConnectAsync(ConnectInfo info, CancellationToken cancellationToken) => new(ConnectResult.Ok);
    }

    sealed partial class Everything(Store store, [FromKeyedServices("main")] Store main, RoomPresence presence, IServiceProvider services, IEnumerable<Uri> uris, IBroadcaster channels, Uri? optional = null) : Channel<TestSocket>
    {
        [Join]
        Reply Join([FromServices] IServiceProvider provider, [FromServices] Uri? maybe, [FromKeyedServices("none")] Uri? keyed, [FromServices] IEnumerable<Uri> all) =>
            Reply.Ok($"{store}{main}{presence}{services}{uris}{channels}{optional}{provider}{maybe}{keyed}{all}");

        [HandleIn("new_msg")] void NewMessage(NewMessage message, [FromServices] Store one, [FromKeyedServices("main")] Store two) => Push("new_msg", $"{message}{one}{two}");
    }

    sealed partial class WantsStore : Channel<TestSocket>
    {
        [Join] void Join() { }

        [HandleIn("new_msg")] void NewMessage(NewMessage message, [FromServices] Store store) => Push("new_msg", $"{message}{store}");
    }

    sealed partial class WantsKeyed : Channel<TestSocket>
    {
        [Join] string Join([FromServices] IServiceProvider services, [FromKeyedServices("main")] Store store) => $"{services}{store}";
    }

    sealed class Constructed(Store store, [FromKeyedServices("main")] Store main) : Channel<TestSocket>
    {
        protected internal override ValueTask<Reply> JoinAsync(Payload payload, CancellationToken cancellationToken) => new(Reply.Ok($"{store}{main}"));
    }

    sealed class WantsPresence(RoomPresence presence) : Channel<TestSocket>
    {
        protected internal override ValueTask<Reply> JoinAsync(Payload payload, CancellationToken cancellationToken) => new(Reply.Ok($"{presence}"));
    }

    sealed partial class Forgetful : Channel<TestSocket>
    {
        [Join] void Join() { }

        [HandleIn("new_msg")] void NewMessage(Store store) => Push("new_msg", $"{store}");
    }

    sealed partial class Values : Channel<TestSocket>
    {
        [Join] void Join(string text) => Topic.Contains(text, StringComparison.Ordinal);

        [HandleIn("a")] int A(int number) => number;

        [HandleIn("b")] List<int> B(List<int> numbers) => numbers;

        [HandleIn("c")] byte[] C(byte[] bytes) => bytes;

        [HandleIn("d")] IEnumerable<NewMessage> D(IEnumerable<NewMessage> messages) => messages;

        [HandleIn("e")] NewMessage E(NewMessage message) => message;

        [HandleIn("f")] int? F(int? number) => number;
    }

    sealed partial class Guarded : Channel<TestSocket>
    {
        [Join] void Join() { }

        [HandleIn("delete"), Authorize("staff \"A\"")] void Delete() { }
    }

    sealed partial class Signed : Channel<TestSocket>
    {
        [Join, Authorize] void Join() { }
    }

    abstract partial class Parent : Channel<TestSocket>
    {
        [Join] string Join([FromServices] Uri uri) => $"{uri}";

        [HandleIn("new_msg")] protected virtual void NewMessage([FromServices] Store store) => Push("new_msg", $"{store}");
    }

    sealed partial class Heir : Parent
    {
        [Join] void Join() { }
    }

    sealed partial class Replacing : Parent
    {
        [Join] void Join() { }

        [HandleIn("new_msg")] void Mine() { }
    }

    sealed partial class Heirless : Channel<TestSocket>
    {
        [Join] void Join() { }
    }

    sealed partial class OthersStore : Channel<OtherSocket>
    {
        [Join] void Join() { }

        [HandleIn("new_msg")] void NewMessage([FromServices] Store store) => Push("new_msg", $"{store}");
    }
}
