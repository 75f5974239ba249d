using Hyperplane.Controller.Contracts.Requests;
using Hyperplane.Controller.Store;
using Microsoft.EntityFrameworkCore;

namespace Hyperplane.Controller.Requests;

/// <summary>Requests with idempotency keys in the database. One that was lost with its process, or did not end within
/// <see cref="LongestRequest"/>, may begin anew.</summary>
internal sealed class RequestStore(Database database, WorkerLock worker) : IRequestMemory
{
    /// <summary>How long an answer is remembered.</summary>
    public static readonly TimeSpan Memory = TimeSpan.FromHours(24);

    /// <summary>No request takes longer.</summary>
    public static readonly TimeSpan LongestRequest = TimeSpan.FromSeconds(60);

    /// <summary>A living process is without its lock for less than this, when its listening connection
    /// broke.</summary>
    public static readonly TimeSpan LockGap = TimeSpan.FromSeconds(2);

    /// <inheritdoc/>
    public Task<RequestBegin> BeginAsync(string owner, string key, byte[] fingerprint, CancellationToken cancel) =>
        database.RunAsync<RequestBegin>(
            null,
            async db =>
            {
                DateTimeOffset now = database.Now;
                int begun = await db.Database.ExecuteSqlAsync(
                    $"""
                    insert into requests (owner, key, fingerprint, begun_at, worker)
                    values ({owner}, {key}, {fingerprint}, {now}, {worker.Number})
                    on conflict (owner, key) do update
                      set fingerprint = excluded.fingerprint, begun_at = excluded.begun_at,
                          worker = excluded.worker, status = null, content_type = null, location = null, etag = null,
                          body = null
                      where requests.begun_at < {now - Memory}
                         or (requests.status is null and requests.begun_at < {now - LongestRequest})
                         or (requests.status is null and requests.worker is not null
                             and requests.begun_at < {now - LockGap} and not exists (
                               select from pg_locks l join pg_database d on d.oid = l.database
                               where d.datname = current_database() and l.locktype = 'advisory' and l.objsubid = 2
                                 and l.classid = {WorkerLock.LockClass}::oid and l.objid = requests.worker::oid))
                    """,
                    cancel);
                if (begun > 0)
                    return new RequestBegin.New();
                RequestRow? row = await db.Requests.AsNoTracking()
                    .SingleOrDefaultAsync(one => one.Owner == owner && one.Key == key, cancel);
                if (row is null)
                    throw new RetryWorkException();
                if (!row.Fingerprint.AsSpan().SequenceEqual(fingerprint))
                    return new RequestBegin.Other();
                return row.Status is { } status
                    ? new RequestBegin.Answered(
                        new RememberedAnswer(status, row.ContentType, row.Location, row.Etag, row.Body))
                    : new RequestBegin.UnderWay();
            },
            cancel);

    /// <inheritdoc/>
    public Task EndAsync(string owner, string key, RememberedAnswer answer, CancellationToken cancel) =>
        database.RunAsync(
            null,
            db => db.Database.ExecuteSqlAsync(
                $"""
                update requests set status = {answer.Status}, content_type = {answer.ContentType},
                  location = {answer.Location}, etag = {answer.ETag}, body = {answer.Body}
                where owner = {owner} and key = {key}
                """,
                cancel),
            cancel);

    /// <inheritdoc/>
    public Task ForgetAsync(string owner, string key, CancellationToken cancel) =>
        database.RunAsync(
            null,
            db => db.Database.ExecuteSqlAsync(
                $"delete from requests where owner = {owner} and key = {key} and status is null", cancel),
            cancel);
}
