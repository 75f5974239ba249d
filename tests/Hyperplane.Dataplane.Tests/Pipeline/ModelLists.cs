using Hyperplane.Dataplane.Model;

namespace Hyperplane.Dataplane.Tests.Pipeline;

/// <summary>Models with lists of sources.</summary>
internal static class ModelLists
{
    /// <summary>The same, all its listeners with the same lists.</summary>
    public static DataplaneModel For(this DataplaneModel model, SourceLists lists) => model with
    {
        Vips =
        [
            .. model.Vips.Select(vip => vip with
            {
                Listeners = [.. vip.Listeners.Select(listener => listener with { Sources = lists })],
            }),
        ],
    };
}
