using System.Globalization;
using Hyperplane.Lbctl.Applying.Reading;
using Hyperplane.Lbctl.Applying.Requests;

namespace Hyperplane.Lbctl.Applying.Wanted;

/// <summary>A listener of a file.</summary>
/// <param name="At">Where it stands.</param>
/// <param name="Body">All but its target groups.</param>
/// <param name="Groups">Those, by name.</param>
internal sealed record WantedListener(Place At, NewListener Body, IReadOnlyList<WantedShare> Groups)
{
    /// <summary>As <c>TCP:80</c>.</summary>
    public string Name => string.Create(CultureInfo.InvariantCulture, $"{Body.Protocol}:{Body.Port}");
}
