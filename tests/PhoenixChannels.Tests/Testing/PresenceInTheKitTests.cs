using Microsoft.Extensions.DependencyInjection;
using PhoenixChannels.Testing;

namespace PhoenixChannels.Tests.Testing;

public sealed class PresenceInTheKitTests
{
    [Test]
    public async Task Who_comes_and_goes_is_told_to_those_who_are_there()
    {
        await using var host = Host(TimeSpan.Zero);
        var ann = await JoinAsync(host, "ann");
        Assert.That((await ann.ExpectPushAsync("presence_state")).ToString(), Is.EqualTo("{}"));
        await ann.ExpectPushAsync<Diff>("presence_diff", diff => diff.Joins.ContainsKey("ann"));
        var bob = await JoinAsync(host, "bob");
        await ann.ExpectPushAsync<Diff>("presence_diff", diff => diff.Joins.Keys.Single() == "bob" && diff.Leaves.Count == 0);
        Assert.That((await bob.ExpectPushAsync<Dictionary<string, object>>("presence_state")).Keys, Is.EqualTo(new[] { "ann" }));
        await bob.Socket.CloseAsync();
        await ann.ExpectPushAsync<Diff>("presence_diff", diff => diff.Leaves.Keys.Single() == "bob" && diff.Joins.Count == 0);
        await ann.ExpectNoPushAsync("presence_diff");
    }

    [Test]
    public async Task A_leave_is_held_back_until_its_grace_is_over()
    {
        await using var host = Host(TimeSpan.FromSeconds(10));
        var (ann, bob) = (await JoinAsync(host, "ann"), await JoinAsync(host, "bob"));
        await ann.ExpectPushAsync<Diff>("presence_diff", diff => diff.Joins.ContainsKey("ann"));
        await ann.ExpectPushAsync<Diff>("presence_diff", diff => diff.Joins.ContainsKey("bob"));
        await bob.LeaveAsync();
        await host.AdvanceAsync(TimeSpan.FromSeconds(9));
        await ann.ExpectNoPushAsync("presence_diff");
        await host.AdvanceAsync(TimeSpan.FromSeconds(1));
        await ann.ExpectPushAsync<Diff>("presence_diff", diff => diff.Leaves.ContainsKey("bob"));
    }

    static ChannelTestHost Host(TimeSpan grace) => ChannelTestHost
        .Create(services => services.AddPhoenixChannels().AddPresence<HerePresence>(options => options.LeaveGrace = grace))
        .MapChannel<HereChannel>("here");

    static async Task<TestChannel> JoinAsync(ChannelTestHost host, string name) => await (await host.ConnectAsync<AnySocket>()).JoinAsync("here", new { name });

    internal sealed class HerePresence : Presence;

    internal sealed class HereChannel(HerePresence presence) : Channel<AnySocket>
    {
        string _name = "";

        protected internal override ValueTask<Reply> JoinAsync(Payload payload, CancellationToken cancellationToken)
        {
            _name = payload.Read<Visitor>().Name;
            return new(Reply.Ok());
        }

        protected internal override async ValueTask JoinedAsync(CancellationToken cancellationToken)
        {
            Push("presence_state", await presence.ListAsync(Topic, cancellationToken));
            await presence.TrackAsync(this, _name, new { }, cancellationToken);
        }

        sealed record Visitor(string Name);
    }

    sealed record Diff(Dictionary<string, object> Joins, Dictionary<string, object> Leaves);
}
