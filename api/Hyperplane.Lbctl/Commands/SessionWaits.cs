using Hyperplane.Lbctl.Api;
using Hyperplane.Lbctl.Waiting;

namespace Hyperplane.Lbctl.Commands;

/// <summary>How creating and deleting end, the same for every kind of resource that takes a moment.</summary>
internal static class SessionWaits
{
    /// <summary>Waits, unless told not to, then prints the resource, also when it did not become active.</summary>
    public static async Task PrintWhenActiveAsync<T>(
        this Session session, ResourceKind<T> kind, string path, bool isHeld, Resource<T> created)
        where T : class, IProvisioned
    {
        Waited<Resource<T>> waited = session.Settings.Wait
            ? await session.Provisioning.UntilActiveAsync(kind, path, isHeld, created)
            : new Waited<Resource<T>>(created, Failure: null);
        session.Print.Row(kind, waited.Last);
        if (waited.Failure is { } failure)
            throw failure;
    }

    /// <summary>Deletes, waits until it is gone unless told not to, then says so.</summary>
    public static async Task DeleteAsync<T>(
        this Session session, ResourceKind<T> kind, string path, bool isHeld, Resource<T> found)
        where T : class, IProvisioned
    {
        ApiAnswer answer = await session.Api.SendAsync(HttpMethod.Delete, path, session.Deadline);
        await session.PrintWhenGoneAsync(kind, path, isHeld, found, answer);
    }

    /// <summary>Waits until what is being deleted is gone, unless told not to, then says so.</summary>
    public static async Task PrintWhenGoneAsync<T>(
        this Session session, ResourceKind<T> kind, string path, bool isHeld, Resource<T> found, ApiAnswer answer)
        where T : class, IProvisioned
    {
        bool isGone = answer.Status == 204;
        Resource<T> deleting = isGone ? found : answer.Read(kind.Type);
        if (session.Settings.Wait && !isGone)
        {
            Waited<Resource<T>> waited = await session.Provisioning.UntilGoneAsync(kind, path, isHeld, deleting);
            if (waited.Failure is { } failure)
                throw failure;
            isGone = true;
        }

        session.Print.Done($"{kind.Label(deleting.Value)} {(isGone ? "deleted" : "is being deleted")}", deleting.Json);
    }

    /// <summary>Deletes without waiting: it is gone, or on its way, when the API answers.</summary>
    public static async Task DeleteAtOnceAsync<T>(
        this Session session, ResourceKind<T> kind, string path, Resource<T> found)
    {
        ApiAnswer answer = await session.Api.SendAsync(HttpMethod.Delete, path, session.Deadline);
        string what = answer.Status == 202 ? "is being deleted" : "deleted";
        session.Print.Done($"{kind.Label(found.Value)} {what}", answer.Json);
    }
}
