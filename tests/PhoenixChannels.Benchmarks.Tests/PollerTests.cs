using System.Net;
using System.Net.Sockets;
using PhoenixChannels.Benchmarks.Load.Generator;
using TcpSocket = System.Net.Sockets.Socket;

namespace PhoenixChannels.Benchmarks.Tests;

[TestFixture(true)]
[TestFixture(false)]
public sealed class PollerTests(bool isEpoll)
{
    const int Id = 3;

    IPoller _poller = null!;
    TcpListener _listener = null!;
    TcpSocket _socket = null!;

    [SetUp]
    public void SetUp()
    {
        if (isEpoll && !OperatingSystem.IsLinux()) Assert.Ignore("epoll is Linux's.");
        _poller = isEpoll ? new EpollPoller() : new AsyncPoller();
        _listener = new(IPAddress.Loopback, 0);
        _listener.Start();
        _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    }

    [TearDown]
    public void TearDown()
    {
        _socket?.Dispose();
        _listener?.Dispose();
        _poller?.Dispose();
    }

    [Test]
    public void A_connection_what_it_receives_and_its_end_are_told()
    {
        _poller.Add(Id, _socket, _listener.LocalEndpoint);
        WaitForIt();
        Assert.That(_poller.IsConnected(Id, _socket), Is.True);
        _poller.Watch(Id);

        using var server = _listener.AcceptSocket();
        var received = new byte[10];
        foreach (var one in new byte[] { 5, 6 })
        {
            server.Send([one]);
            WaitForIt();
            Assert.That(_socket.Receive(received, SocketFlags.None, out _), Is.EqualTo(1));
            Assert.That(received[0], Is.EqualTo(one));
            _poller.Watch(Id);
        }

        server.Close();
        WaitForIt();
        Assert.That(_socket.Receive(received, SocketFlags.None, out var error), Is.Zero);
        Assert.That(error, Is.EqualTo(SocketError.Success));
    }

    [Test]
    public void A_connection_that_is_refused_is_told_and_is_none()
    {
        var nobody = _listener.LocalEndpoint;
        _listener.Stop();
        _poller.Add(Id, _socket, nobody);
        WaitForIt();
        Assert.That(_poller.IsConnected(Id, _socket), Is.False);
    }

    [Test]
    public void Nothing_is_told_when_the_time_is_over() => Assert.That(_poller.Wait(Clock.Millisecond).Length, Is.Zero);

    void WaitForIt()
    {
        var ready = _poller.Wait(30 * Clock.Second);
        Assert.That(ready.Length, Is.EqualTo(1), "ready sockets");
        Assert.That(ready[0], Is.EqualTo(Id).Or.EqualTo(~Id));
    }
}
