namespace Hyperplane.Health.Tests.Votes;

/// <summary>Nodes that vote over a mesh that fails, with targets that fail in the eyes of some.</summary>
public sealed class VoteSimulationTests
{
    private const int Nodes = 5;
    private const int Targets = 40;
    private const long StepMs = 50;
    private const long DelayMs = 150;

    [Fact]
    public void Whole_again_all_nodes_agree_with_the_majority_and_one_alone_with_itself()
    {
        for (int seed = 0; seed < 300; seed++)
        {
            var random = new Random(seed);
            var cell = new Cell(random);
            for (int fault = 0; fault < 20; fault++)
            {
                cell.Fail();
                cell.Run(random.Next(40) * StepMs);
            }

            cell.Heal();
            cell.Run(VoteTimes.IntervalMs + DelayMs + (2 * StepMs));
            cell.ExpectAgreement(seed);

            cell.Isolate(0);
            cell.Run((VoteTimes.FreshRounds * VoteTimes.IntervalMs) + DelayMs + (2 * StepMs));
            cell.ExpectOwn(seed, 0);
        }
    }

    private sealed class Cell
    {
        private readonly Random _random;
        private readonly VoteTopic[] _newer =
            [.. Enumerable.Range(0, Targets).Select(i => new VoteTopic((uint)i / 8, (uint)i, i % 9 == 0 ? 2u : 1u))];
        private readonly VoteTopic[] _older =
            [.. Enumerable.Range(0, Targets - 5).Select(i => new VoteTopic((uint)i / 8, (uint)i, 1))];
        private readonly VoteBox[] _boxes = new VoteBox[Nodes];
        private readonly VoteTopic[][] _topics = new VoteTopic[Nodes][];
        private readonly Vote[,] _votes = new Vote[Nodes, Targets];
        private readonly bool[,] _cut = new bool[Nodes, Nodes];
        private readonly long[] _nextMs = new long[Nodes];
        private readonly PriorityQueue<(int From, int To, byte[] Page), long> _wire = new();
        private long _nowMs;

        public Cell(Random random)
        {
            _random = random;
            for (int node = 0; node < Nodes; node++)
            {
                _nextMs[node] = random.Next((int)VoteTimes.IntervalMs);
                Restart(node);
                for (int target = 0; target < Targets; target++)
                    Judge(node, target, (Vote)random.Next(1, 3));
            }
        }

        public void Fail()
        {
            (int one, int other) = (_random.Next(Nodes), _random.Next(Nodes));
            switch (_random.Next(6))
            {
                case 0:
                    _cut[one, other] = true; // this way only
                    break;
                case 1:
                    (_cut[one, other], _cut[other, one]) = (false, false);
                    break;
                case 2:
                    Restart(one);
                    break;
                case 3:
                    Use(one, _random.Next(2) == 0 ? _newer : _older);
                    break;
                default:
                    for (int i = 0; i < 10; i++)
                        Judge(_random.Next(Nodes), _random.Next(Targets), (Vote)_random.Next(1, 3));
                    break;
            }
        }

        public void Heal()
        {
            Array.Clear(_cut);
            for (int node = 0; node < Nodes; node++)
                Use(node, _newer);
        }

        public void Isolate(int node)
        {
            for (int other = 0; other < Nodes; other++)
                (_cut[node, other], _cut[other, node]) = (true, true);
        }

        public void Run(long forMs)
        {
            for (long endMs = _nowMs + forMs; _nowMs < endMs; _nowMs += StepMs)
            {
                while (_wire.TryPeek(out _, out long atMs) && atMs <= _nowMs)
                {
                    (int from, int to, byte[] page) = _wire.Dequeue();
                    if (!_cut[from, to])
                        Assert.Null(_boxes[to].OnPage((ushort)from, page, _nowMs));
                }

                for (int node = 0; node < Nodes; node++)
                {
                    Send(node);
                    _boxes[node].Count(_nowMs);
                }
            }
        }

        public void ExpectAgreement(int seed)
        {
            for (int target = 0; target < Targets; target++)
            {
                int unhealthy = Enumerable.Range(0, Nodes).Count(node => _votes[node, target] == Vote.Unhealthy);
                Vote wanted = 2 * unhealthy > Nodes ? Vote.Unhealthy : Vote.Healthy;
                foreach (VoteBox box in _boxes)
                    Assert.True(wanted == box.Followed(_newer[target]), $"seed {seed}, target {target}");
            }
        }

        public void ExpectOwn(int seed, int node)
        {
            for (int target = 0; target < Targets; target++)
                Assert.True(
                    _votes[node, target] == _boxes[node].Followed(_newer[target]), $"seed {seed}, target {target}");
        }

        private void Restart(int node)
        {
            _boxes[node] = new VoteBox();
            _boxes[node].SetNodes(
                [.. Enumerable.Range(0, Nodes).Where(other => other != node).Select(other => (ushort)other)]);
            Use(node, _newer);
        }

        private void Use(int node, VoteTopic[] topics)
        {
            _topics[node] = topics;
            _boxes[node].SetTopics(topics);
            for (int target = 0; target < topics.Length; target++)
                _boxes[node].SetOwn(topics[target], _votes[node, target]);
        }

        private void Judge(int node, int target, Vote vote)
        {
            _votes[node, target] = vote;
            if (target < _topics[node].Length)
                _boxes[node].SetOwn(_topics[node][target], vote);
        }

        private void Send(int node)
        {
            if (_nowMs < _nextMs[node])
                return;
            _nextMs[node] += VoteTimes.IntervalMs;
            foreach (ReadOnlyMemory<byte> page in _boxes[node].WriteOwn())
            {
                for (int other = 0; other < Nodes; other++)
                {
                    if (other != node && !_cut[node, other])
                        _wire.Enqueue((node, other, page.ToArray()), _nowMs + _random.Next((int)DelayMs));
                }
            }
        }
    }
}
