namespace PhoenixChannels.Tests.Broadcasting.Adapters;

public class LinkedPubSubAdapterTests : PubSubAdapterContract
{
    LinkedPubSubNetwork _network = new();

    [SetUp]
    public void CreateNetwork() => _network = new();

    [Test]
    public async Task A_cut_loses_what_one_sends_to_the_other_until_it_is_healed()
    {
        var nodes = await StartAsync("a", "b", "c");
        var inboxes = nodes.Select(node => new Inbox(node.PubSub)).ToArray();
        await nodes[0].PubSub.BroadcastAsync("t", "1", Payload.Empty);
        _network.Cut("a", "b");
        await nodes[0].PubSub.BroadcastAsync("t", "2", Payload.Empty);
        await nodes[0].PubSub.DirectBroadcastAsync("b", "t", "direct", Payload.Empty);
        await nodes[1].PubSub.BroadcastAsync("t", "back", Payload.Empty);
        _network.Heal("a", "b");
        _network.Heal("a", "b");
        await nodes[0].PubSub.BroadcastAsync("t", "3", Payload.Empty);
        await EndAsync(nodes[0]);
        Assert.That(await inboxes[0].UpToEndAsync(), Is.EqualTo(new[] { "1", "2", "back", "3" }));
        Assert.That(await inboxes[1].UpToEndAsync(), Is.EqualTo(new[] { "1", "back", "3" }));
        Assert.That(await inboxes[2].UpToEndAsync(), Is.EqualTo(new[] { "1", "2", "back", "3" }));
        Assert.That(nodes.Select(node => node.Sum("missed")), Is.EqualTo(new[] { 0, 1, 0 }));
    }

    [Test]
    public async Task Networks_know_nothing_of_each_other()
    {
        var node = (await StartAsync("a"))[0];
        _network = new();
        var other = (await StartAsync("a"))[0];
        var inbox = new Inbox(other.PubSub);
        await node.PubSub.BroadcastAsync("t", "elsewhere", Payload.Empty);
        await EndAsync(other);
        Assert.That(await inbox.UpToEndAsync(), Is.Empty);
    }

    [TestCase("")]
    [TestCase(null)]
    public void A_node_has_a_name(string? name) => Assert.That(() => _network.CreateAdapter(name!), Throws.InstanceOf<ArgumentException>());

    protected override IPubSubAdapter CreateAdapter(string nodeName) => _network.CreateAdapter(nodeName);
}
