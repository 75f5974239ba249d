using Hyperplane.Agent.Enrolment;
using Hyperplane.Cells.Contracts;
using Hyperplane.Rpc;

namespace Hyperplane.Agent.Hosting;

/// <summary>The connections to the controller with one certificate; closed once retired and no call is left.</summary>
internal sealed class ControllerLine
{
    private readonly Lock _gate = new();
    private readonly Channel _channel;
    private int _calls;
    private bool _retired;

    /// <summary>Does not connect before the first call.</summary>
    public ControllerLine(string address, NodeCredentials credentials, TimeProvider time)
    {
        Credentials = credentials;
        _channel = Channel.ForAddress(address, new ChannelOptions
        {
            TimeProvider = time,
            Tls = ControllerTls.With(credentials.Authority, credentials.Certificate, time),
        });
        Client = new CellControlClient(_channel);
    }

    /// <summary>What its connections show.</summary>
    public NodeCredentials Credentials { get; }

    /// <summary>Makes the calls.</summary>
    public CellControlClient Client { get; }

    /// <summary>Before a call; false when it is retired.</summary>
    public bool TryEnter()
    {
        lock (_gate)
        {
            if (_retired)
                return false;
            _calls++;
            return true;
        }
    }

    /// <summary>After a call.</summary>
    public void Leave()
    {
        lock (_gate)
        {
            if (--_calls > 0 || !_retired)
                return;
        }

        _channel.Dispose();
    }

    /// <summary>Takes no further calls.</summary>
    public void Retire()
    {
        lock (_gate)
        {
            if (_retired)
                return;
            _retired = true;
            if (_calls > 0)
                return;
        }

        _channel.Dispose();
    }
}
