namespace PhoenixChannels.Tracking;

/// <summary>
/// One shard of a tracker, without threads and timers: what it does on a tick, on a message, on a call. Whoever has it calls it
/// from one thread at a time.
/// </summary>
/// <remarks>The counterpart of <c>Phoenix.Tracker.Shard</c>.</remarks>
internal sealed class ShardLogic
{
    /// <summary>Two nodes with one name would supersede each other for ever.</summary>
    const int MaxRenewals = 8;

    /// <summary>A whole state may take longer on its way than the next clock that shows it missing.</summary>
    const int RoundsToWaitForAnswer = 3;

    readonly TrackerOptions _options;
    readonly IShardPort _port;
    readonly TimeProvider _time;
    readonly Random _random;
    readonly Dictionary<string, Peer> _peers = [];
    readonly List<KeyValuePair<ReplicaId, Dictionary<ReplicaId, long>>> _clocks = [];
    readonly DeltaGenerations _generations;
    readonly DiffCollector _diffs = new();
    readonly Changes _changes = new();
    Delta? _sending;
    bool _isSending, _isFlushScheduled;
    int _silentPeriods, _samplePeriods, _renewals;
    ulong _reportedTwin;

    public ShardLogic(ReplicaId self, TrackerOptions options, IShardPort port, TimeProvider time, Random random)
    {
        _options = options;
        _port = port;
        _time = time;
        _random = random;
        _generations = new(options.MaxDeltaSizes);
        _silentPeriods = options.MaxSilentPeriods;
        State = new(self);
    }

    public TrackerState State { get; }

    public Dictionary<string, Peer>.ValueCollection Peers => _peers.Values;

    ReplicaId Self => State.Self;

    /// <summary>The first beat comes within a quarter of a period, so that nodes that start together do not beat together.</summary>
    public TimeSpan FirstPeriod => _options.BroadcastPeriod * (_random.NextDouble() / 4);

    public TrackResult Track(string topic, string key, long owner, byte[] meta)
    {
        if (State.Find(topic, key, owner) is not null) return TrackResult.AlreadyTracked;
        _changes.Joins.Add(State.Join(topic, key, owner, meta));
        Report();
        return TrackResult.Tracked;
    }

    public Entry? Find(string topic, string key, long owner) => State.Find(topic, key, owner);

    public void Update(Entry entry, byte[] meta)
    {
        State.Leave(entry);
        _changes.Leaves.Add(entry);
        _changes.Joins.Add(State.Join(entry.Topic, entry.Key, entry.Owner, meta));
        Report();
    }

    public bool Untrack(string topic, string key, long owner)
    {
        if (State.Find(topic, key, owner) is not { } entry) return false;
        State.Leave(entry);
        _changes.Leaves.Add(entry);
        Report();
        return true;
    }

    /// <param name="topic">Null for all topics.</param>
    public int Untrack(long owner, string? topic)
    {
        for (var entry = State.FirstOf(owner); entry is not null;)
        {
            var next = entry.NextOfOwner;
            if (topic is null || entry.Topic == topic)
            {
                State.Leave(entry);
                _changes.Leaves.Add(entry);
            }

            entry = next;
        }

        var count = _changes.Leaves.Count;
        Report();
        return count;
    }

    public void Tick()
    {
        SendHeartbeat();
        if (++_samplePeriods >= _options.ClockSamplePeriods) RequestTransfers();
        DetectDowns();
    }

    /// <summary>The outcome of the last <see cref="IShardPort.Broadcast"/>. What was not taken is sent again with the next beat.</summary>
    public void Sent(bool isTaken)
    {
        _isSending = false;
        if (!isTaken)
        {
            if (_sending is not null) State.ReturnDelta(_sending);
            _silentPeriods = _options.MaxSilentPeriods;
        }

        _sending = null;
    }

    public void Receive(ReadOnlySpan<byte> bytes)
    {
        if (TrackerCodec.TryRead(bytes) is not { } message)
        {
            _port.Report(ShardEvent.Unreadable, default);
            return;
        }

        if (message.Sender == Self) return;
        switch (message.Kind)
        {
            case MessageKind.Heartbeat:
                if (!Heard(message.Sender)) return;
                if (message.Delta is not null) Merge(message.Delta, isRange: true);
                _clocks.RemoveAll(clock => clock.Key.Name == message.Sender.Name);
                _clocks.Add(new(message.Sender, message.Clock!));
                break;
            case MessageKind.TransferRequest:
                AnswerTransfer(message.Sender.Name, message.Clock!);
                break;
            case MessageKind.State:
                if (_peers.TryGetValue(message.Sender.Name, out var answering)) answering.RoundsToWait = 0;
                if (message.Delta is not null) Merge(message.Delta, isRange: !message.IsWhole);
                break;
            case MessageKind.Leaving:
                Left(message.Sender);
                break;
            case MessageKind.Superseded:
                if (message.Superseded.Seen == Self.Incarnation && message.Superseded.Known >= Self.Incarnation) Renew(message.Superseded.Known);
                break;
        }
    }

    /// <summary>Tells the other nodes that this one leaves for good.</summary>
    public void Leave()
    {
        _isSending = true;
        _port.Broadcast([TrackerCodec.Write(new(MessageKind.Leaving, Self))]);
    }

    public void FlushDiffs()
    {
        _isFlushScheduled = false;
        if (!_diffs.IsEmpty) _port.HandleDiff(_diffs.Take());
    }

    void SendHeartbeat()
    {
        // One at a time: what follows an unknown outcome could not be given back in order.
        if (_isSending) return;
        var isDue = _silentPeriods + 2 >= _options.MaxSilentPeriods;
        if (!State.HasDelta && !isDue)
        {
            _silentPeriods++;
            return;
        }

        _silentPeriods = 0;
        _sending = State.HasDelta ? State.TakeDelta() : null;
        List<byte[]> messages = [];
        var delta = _sending;
        if (delta is not null)
        {
            _generations.Push(delta);
            var chunks = DeltaChunks.Split(delta, _options.MaxMessageBytes);
            delta = chunks[^1];
            for (var i = 0; i < chunks.Count - 1; i++) messages.Add(TrackerCodec.Write(new(MessageKind.State, Self) { Delta = chunks[i] }));
        }

        messages.Add(TrackerCodec.Write(new(MessageKind.Heartbeat, Self) { Clock = State.Clock(), Delta = delta }));
        _isSending = true;
        _port.Broadcast(messages);
    }

    void RequestTransfers()
    {
        _samplePeriods = 0;
        foreach (var peer in _peers.Values) peer.RoundsToWait--;
        if (_clocks.Count == 0) return;
        var own = State.Clock();
        List<KeyValuePair<ReplicaId, Dictionary<ReplicaId, long>>> furthest = [];
        foreach (var (node, clock) in _clocks)
        {
            // Only what is asked for here counts: a replica that this node does not know would keep it asking.
            var shared = new Dictionary<ReplicaId, long>();
            foreach (var (replica, dot) in clock)
                if (replica != Self && own.ContainsKey(replica)) shared.Add(replica, dot);
            Clocks.Append(furthest, node, shared);
        }

        _clocks.Clear();
        Clocks.Append(furthest, Self, own);
        var request = default(List<byte[]>);
        foreach (var (node, _) in furthest)
        {
            if (node == Self || !_peers.TryGetValue(node.Name, out var peer) || peer.RoundsToWait > 0) continue;
            peer.RoundsToWait = RoundsToWaitForAnswer;
            _port.Report(ShardEvent.TransferRequested, node);
            _port.SendTo(node.Name, request ??= [TrackerCodec.Write(new(MessageKind.TransferRequest, Self) { Clock = own })]);
        }
    }

    void AnswerTransfer(string node, Dictionary<ReplicaId, long> clock)
    {
        if (_generations.Extract(State, node, clock, out var isWhole) is not { } delta) return;
        List<byte[]> messages = [];
        foreach (var chunk in DeltaChunks.Split(delta, _options.MaxMessageBytes))
            messages.Add(TrackerCodec.Write(new(MessageKind.State, Self) { Delta = chunk, IsWhole = isWhole }));
        _port.Report(ShardEvent.TransferAnswered, new(node, 0));
        _port.SendTo(node, messages);
    }

    void Merge(Delta delta, bool isRange)
    {
        State.Merge(delta, _changes);
        if (isRange)
        {
            foreach (var part in delta.Parts.ToArray())
                if (part.Id == Self || !State.Knows(part.Id)) delta.Remove(part.Id);
            _generations.Push(delta);
        }

        Report();
    }

    /// <summary>Notes a sign of life. False when it is not one of a replica that counts.</summary>
    bool Heard(ReplicaId id)
    {
        if (id.Name == Self.Name)
        {
            if (_reportedTwin != id.Incarnation) _port.Report(ShardEvent.NameIsTaken, id);
            _reportedTwin = id.Incarnation;
            return false;
        }

        if (_peers.TryGetValue(id.Name, out var peer))
        {
            if (id.Incarnation < peer.Id.Incarnation)
            {
                _port.SendTo(id.Name, [TrackerCodec.Write(new(MessageKind.Superseded, Self) { Superseded = (id.Incarnation, peer.Id.Incarnation) })]);
                return false;
            }

            if (id.Incarnation == peer.Id.Incarnation)
            {
                if (peer.Status == ReplicaStatus.PermanentlyDown) return false;
                peer.HeardAt = _time.GetTimestamp();
                if (peer.Status == ReplicaStatus.Down) SetUp(peer);
                return true;
            }

            Forget(peer);
        }

        _peers[id.Name] = peer = new(id) { HeardAt = _time.GetTimestamp() };
        SetUp(peer);
        // Who has just come learns at once who is here.
        _silentPeriods = _options.MaxSilentPeriods;
        return true;
    }

    void DetectDowns()
    {
        var now = _time.GetTimestamp();
        foreach (var peer in _peers.Values)
        {
            var silence = _time.GetElapsedTime(peer.HeardAt, now);
            if (silence > _options.PermdownPeriod)
            {
                Forget(peer);
                _peers.Remove(peer.Id.Name);
            }
            else if (silence > _options.EffectiveDownPeriod && peer.Status == ReplicaStatus.Up)
            {
                peer.Status = ReplicaStatus.Down;
                State.ReplicaDown(peer.Id, _changes);
                _port.HandleReplica(peer.Id.Name, ReplicaStatus.Down);
                Report();
            }
        }
    }

    void SetUp(Peer peer)
    {
        peer.Status = ReplicaStatus.Up;
        State.ReplicaUp(peer.Id, _changes);
        _port.HandleReplica(peer.Id.Name, ReplicaStatus.Up);
        Report();
    }

    /// <summary>It stays among the peers for a while, so that what it sent before and comes after does not bring it back.</summary>
    void Left(ReplicaId id)
    {
        if (id.Name == Self.Name) return;
        if (_peers.TryGetValue(id.Name, out var peer))
        {
            if (id.Incarnation < peer.Id.Incarnation) return;
            Forget(peer);
        }

        _peers[id.Name] = new(id) { HeardAt = _time.GetTimestamp(), Status = ReplicaStatus.PermanentlyDown };
    }

    void Forget(Peer peer)
    {
        if (peer.Status == ReplicaStatus.PermanentlyDown) return;
        peer.Status = ReplicaStatus.PermanentlyDown;
        State.RemoveReplica(peer.Id, _changes);
        _generations.Remove(peer.Id);
        _port.HandleReplica(peer.Id.Name, ReplicaStatus.PermanentlyDown);
        Report();
    }

    void Renew(ulong known)
    {
        if (_renewals++ >= MaxRenewals)
        {
            _port.Report(ShardEvent.NotRenewed, Self);
            return;
        }

        _generations.Remove(Self);
        _sending = null;
        State.Renew(Self with { Incarnation = known + 1 + (ulong)_random.Next(1 << 16) });
        _silentPeriods = _options.MaxSilentPeriods;
        _port.Report(ShardEvent.Renewed, Self);
    }

    void Report()
    {
        if (_changes.IsEmpty) return;
        if (_options.DiffWindow == TimeSpan.Zero)
        {
            var diff = DiffCollector.Group(_changes);
            _changes.Clear();
            _port.HandleDiff(diff);
            return;
        }

        // Once until it comes, even if what waits cancels out meanwhile.
        if (!_isFlushScheduled) _port.ScheduleFlush();
        _isFlushScheduled = true;
        _diffs.Add(_changes);
        _changes.Clear();
    }
}
