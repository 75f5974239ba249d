using System.Globalization;
using System.Security.Cryptography;

namespace Hyperplane.Controller.Requests;

/// <summary>Says in the database that this process lives: a lock that its listening connection holds, and that ends
/// with it.</summary>
/// <remarks>
/// A request whose worker's lock is gone has lost its process, or its database did: it may begin anew. The number is a
/// new one with each connection, because what began under the one before may have been lost with it.
/// </remarks>
internal sealed class WorkerLock
{
    /// <summary>The first key of these advisory locks; the second is the number.</summary>
    public const int LockClass = 0x6879_7065;

    private volatile int _number = Draw();

    /// <summary>What requests that begin now are marked with; above 0.</summary>
    public int Number => _number;

    /// <summary>Takes the lock until the connection ends.</summary>
    public string Sql =>
        string.Create(CultureInfo.InvariantCulture, $"select pg_advisory_lock_shared({LockClass}, {_number})");

    /// <summary>The connection that held it is gone.</summary>
    public void Renew() => _number = Draw();

    private static int Draw() => RandomNumberGenerator.GetInt32(1, int.MaxValue);
}
