using CsCheck;
using PhoenixChannels.Mailboxes;

namespace PhoenixChannels.Tests.Broadcasting.Mailboxes;

public class MailboxTests
{
    static readonly AsyncLocal<string?> s_local = new();

    [Test]
    public async Task Letters_are_handled_one_at_a_time_and_in_the_order_of_each_producer()
    {
        const int Producers = 8, Letters = 20_000;
        var last = new int[Producers];
        var (inside, overlaps, disorder, left) = (0, 0, 0, Producers * Letters);
        var done = Signal();
        var mailbox = new ActionMailbox(async letter =>
        {
            if (Interlocked.Increment(ref inside) != 1) overlaps++;
            if (last[letter.Producer] != letter.Number - 1) disorder++;
            last[letter.Producer] = letter.Number;
            if (letter.Number % 100 == 0) await Task.Yield();
            Interlocked.Decrement(ref inside);
            if (--left == 0) done.SetResult();
        });
        await Task.WhenAll(Enumerable.Range(0, Producers).Select(producer => Task.Run(() =>
        {
            for (var number = 1; number <= Letters; number++) mailbox.Post(new NumberedLetter(producer, number));
        }))).InTimeAsync();
        await done.Task.InTimeAsync();
        Assert.That((overlaps, disorder, mailbox.Count), Is.EqualTo((0, 0, 0)));
    }

    [Test]
    public Task No_letter_is_lost_however_producers_and_handlers_meet() =>
        Gen.Select(Gen.Int[1, 60].Array[1, 4], Gen.Int[0, 5], Gen.Int[0, 5]).SampleAsync(async (counts, handlerYields, producerYields) =>
        {
            var (handled, left) = (new List<(int Producer, int Number)>(), counts.Sum());
            var done = Signal();
            var mailbox = new ActionMailbox(letter =>
            {
                handled.Add((letter.Producer, letter.Number));
                if (handlerYields > 0 && letter.Number % handlerYields == 0) return YieldAsync();
                Count();
                return default;
            });

            async ValueTask YieldAsync()
            {
                await Task.Yield();
                Count();
            }

            void Count()
            {
                if (--left == 0) done.SetResult();
            }

            await Task.WhenAll(counts.Select((count, producer) => Task.Run(async () =>
            {
                for (var number = 1; number <= count; number++)
                {
                    mailbox.Post(new NumberedLetter(producer, number));
                    if (producerYields > 0 && number % producerYields == 0) await Task.Yield();
                }
            }))).InTimeAsync();
            await done.Task.InTimeAsync();
            return counts.Index().All(producer => handled.Where(letter => letter.Producer == producer.Index).Select(letter => letter.Number).SequenceEqual(Enumerable.Range(1, producer.Item)));
        }, iter: 400);

    [Test]
    public async Task A_letter_posted_while_another_is_handled_comes_behind_it()
    {
        var handled = new List<int>();
        var done = Signal();
        ActionMailbox mailbox = null!;
        mailbox = new(letter =>
        {
            handled.Add(letter.Number);
            if (letter.Number < 1000) mailbox.Post(new NumberedLetter(0, letter.Number + 1));
            else done.SetResult();
            return default;
        });
        mailbox.Post(new NumberedLetter(0, 1));
        await done.Task.InTimeAsync();
        Assert.That(handled, Is.EqualTo(Enumerable.Range(1, 1000)));
    }

    [Test]
    public async Task A_handler_that_waits_holds_back_its_own_mailbox_and_no_other()
    {
        var (gate, first, second, other) = (Signal(), Signal(), Signal(), Signal());
        var mailbox = new ActionMailbox(async letter =>
        {
            (letter.Number == 1 ? first : second).SetResult();
            if (letter.Number == 1) await gate.Task;
        });
        mailbox.Post(new NumberedLetter(0, 1));
        mailbox.Post(new NumberedLetter(0, 2));
        await first.Task.InTimeAsync();
        new ActionMailbox(_ =>
        {
            other.SetResult();
            return default;
        }).Post(new NumberedLetter(0, 1));
        await other.Task.InTimeAsync();
        Assert.That((second.Task.IsCompleted, mailbox.Count), Is.EqualTo((false, 1)));
        gate.SetResult();
        await second.Task.InTimeAsync();
    }

    [Test]
    public async Task A_bounded_post_is_refused_while_so_many_letters_wait()
    {
        var (gate, started, done) = (Signal(), Signal(), Signal());
        var handled = new List<int>();
        var mailbox = new ActionMailbox(async letter =>
        {
            started.TrySetResult();
            await gate.Task;
            handled.Add(letter.Number);
            if (letter.Number == 3) done.SetResult();
        });
        Assert.That(mailbox.TryPost(new NumberedLetter(0, 0), 0), Is.False);
        Assert.That(mailbox.TryPost(new NumberedLetter(0, 1), 2), Is.True);
        await started.Task.InTimeAsync();
        Assert.That(mailbox.TryPost(new NumberedLetter(0, 2), 2), Is.True, "The one being handled does not count.");
        Assert.That(mailbox.TryPost(new NumberedLetter(0, 3), 2), Is.True);
        Assert.That(mailbox.TryPost(new NumberedLetter(0, 4), 2), Is.False);
        Assert.That(mailbox.Count, Is.EqualTo(2));
        gate.SetResult();
        await done.Task.InTimeAsync();
        Assert.That(handled, Is.EqualTo(new[] { 1, 2, 3 }));
    }

    [Test]
    public async Task The_count_is_right_however_long_whoever_reads_it_is_held_up()
    {
        const int Letters = 50_000;
        var (done, highest) = (Signal(), 0);
        ActionMailbox? mailbox = null;
        mailbox = new(letter =>
        {
            // Each letter brings the next: there is never more than one that waits.
            if (letter.Number == Letters) done.SetResult();
            else mailbox!.Post(new NumberedLetter(0, letter.Number + 1));
            return default;
        });
        var readers = Enumerable.Range(0, 2 * Environment.ProcessorCount).Select(_ => Task.Factory.StartNew(
            () =>
            {
                while (!done.Task.IsCompleted) Raise(ref highest, mailbox.Count);
            },
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default)).ToArray();
        mailbox.Post(new NumberedLetter(0, 1));
        await Task.WhenAll(readers).InTimeAsync();
        Assert.That((highest <= 1, mailbox.Count), Is.EqualTo((true, 0)), $"{highest} letters seemed to wait");

        static void Raise(ref int highest, int value)
        {
            for (var known = Volatile.Read(ref highest); value > known; known = Volatile.Read(ref highest)) Interlocked.CompareExchange(ref highest, value, known);
        }
    }

    [Test]
    public async Task Letters_posted_without_waking_wait_until_it_is_woken()
    {
        var handled = 0;
        var done = Signal();
        var mailbox = new ActionMailbox(_ =>
        {
            if (++handled == 3) done.SetResult();
            return default;
        });
        Assert.That(mailbox.PostWithoutWaking(new NumberedLetter(0, 1)), Is.True, "The first has to wake it.");
        Assert.That(mailbox.PostWithoutWaking(new NumberedLetter(0, 2)), Is.False);
        mailbox.Post(new NumberedLetter(0, 3));
        Assert.That((handled, mailbox.Count), Is.EqualTo((0, 3)));
        mailbox.Wake();
        await done.Task.InTimeAsync();
    }

    [Test]
    public async Task A_mailbox_with_endless_work_gives_its_thread_back_after_64_letters()
    {
        var (here, onThisThread, stopped) = (0, 0, false);
        var done = Signal();
        ActionMailbox mailbox = null!;
        mailbox = new(letter =>
        {
            // This thread is none of the pool's, which goes on with the mailbox afterwards.
            if (Environment.CurrentManagedThreadId == here) onThisThread++;
            if (Volatile.Read(ref stopped)) done.SetResult();
            else mailbox.Post(letter);
            return default;
        });
        mailbox.PostWithoutWaking(new NumberedLetter(0, 1));
        var thread = new Thread(() =>
        {
            here = Environment.CurrentManagedThreadId;
            ((IThreadPoolWorkItem)mailbox).Execute();
        });
        thread.Start();
        await Task.Run(thread.Join).InTimeAsync();
        Volatile.Write(ref stopped, true);
        await done.Task.InTimeAsync();
        Assert.That(onThisThread, Is.EqualTo(64));
    }

    [Test]
    public async Task Mailboxes_with_endless_work_on_every_thread_let_another_run()
    {
        var busyOnes = 2 * Environment.ProcessorCount;
        var (stopped, left) = (false, busyOnes);
        var (ended, other) = (Signal(), Signal());
        for (var i = 0; i < busyOnes; i++)
        {
            ActionMailbox busy = null!;
            busy = new(letter =>
            {
                if (!Volatile.Read(ref stopped)) busy.Post(letter);
                else if (Interlocked.Decrement(ref left) == 0) ended.SetResult();
                return default;
            });
            busy.Post(new NumberedLetter(0, 1));
        }

        new ActionMailbox(_ =>
        {
            other.SetResult();
            return default;
        }).Post(new NumberedLetter(0, 1));
        await other.Task.InTimeAsync();
        Volatile.Write(ref stopped, true);
        await ended.Task.InTimeAsync();
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task An_async_local_of_one_letter_is_unseen_by_the_next(bool waits)
    {
        var seen = new List<string?>();
        var done = Signal();
        var mailbox = new ActionMailbox(letter =>
        {
            seen.Add(s_local.Value);
            s_local.Value = $"letter {letter.Number}";
            if (waits) return WaitAsync(letter.Number);
            End(letter.Number);
            return default;
        });

        async ValueTask WaitAsync(int number)
        {
            await Task.Yield();
            s_local.Value += " later";
            End(number);
        }

        void End(int number)
        {
            if (number == 200) done.SetResult();
        }

        s_local.Value = "poster";
        for (var number = 1; number <= 200; number++) mailbox.PostWithoutWaking(new NumberedLetter(0, number));
        mailbox.Wake();
        await done.Task.InTimeAsync();
        Assert.That(seen, Is.All.Null);
        Assert.That(s_local.Value, Is.EqualTo("poster"));
    }

    [Test]
    public async Task A_handler_that_stops_the_flow_of_contexts_does_not_stop_it_for_the_next_letter()
    {
        var suppressed = new List<bool>();
        var done = Signal();
        var mailbox = new ActionMailbox(letter =>
        {
            suppressed.Add(ExecutionContext.IsFlowSuppressed());
            if (letter.Number == 3) done.SetResult();
            else ExecutionContext.SuppressFlow();
            return default;
        });
        for (var number = 1; number <= 3; number++) mailbox.PostWithoutWaking(new NumberedLetter(0, number));
        mailbox.Wake();
        await done.Task.InTimeAsync();
        Assert.That(suppressed, Is.All.False);
    }

    static TaskCompletionSource Signal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    sealed class NumberedLetter(int producer, int number) : Letter
    {
        public int Producer => producer;

        public int Number => number;
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task What_a_handler_throws_does_not_stop_the_mailbox(bool afterAwait)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var mailbox = new ActionMailbox(async letter =>
        {
            if (letter.Number == 1)
            {
                done.SetResult();
                return;
            }

            if (afterAwait) await Task.Yield();
            throw new InvalidOperationException("boom");
        });
        mailbox.Post(new NumberedLetter(0, 0));
        mailbox.Post(new NumberedLetter(0, 1));
        await done.Task.WaitAsync(TimeSpan.FromSeconds(20), TimeProvider.System);
        Assert.That(mailbox.Unhandled, Has.Count.EqualTo(1));
    }

    sealed class ActionMailbox(Func<NumberedLetter, ValueTask> handle) : Mailbox
    {
        public List<Exception> Unhandled { get; } = [];

        protected override ValueTask HandleAsync(Letter letter) => handle((NumberedLetter)letter);

        protected override void OnUnhandled(Exception exception) => Unhandled.Add(exception);
    }
}
