using System.Globalization;
using Hyperplane.Terraform.Tests.Region;

namespace Hyperplane.Terraform.Tests.Suites;

/// <summary>What is the same for each resource.</summary>
internal static class Lifecycle
{
    /// <summary>Forgets the state, imports and finds the same; the plan is empty then.</summary>
    public static void ImportsTheSame(Workspace work, string address, string id)
    {
        string before = work.Values(address).GetRawText();
        work.Forget();
        work.Import(address, id);
        Assert.Equal(before, work.Values(address).GetRawText());
        work.PlansNothing();
    }

    /// <summary>Applies; what Terraform says that it did is what is wanted: added, changed, destroyed.</summary>
    public static void Applies(Workspace work, int added, int changed, int destroyed)
    {
        string text = work.Apply();
        string wanted = string.Create(
            CultureInfo.InvariantCulture, $"{added} added, {changed} changed, {destroyed} destroyed");
        Assert.True(text.Contains(wanted, StringComparison.Ordinal), $"not {wanted}:\n{text}");
        work.PlansNothing();
    }

    /// <summary>Whether a message says something, however Terraform broke its lines.</summary>
    public static void Says(string text, string wanted) => Assert.Contains(
        wanted,
        string.Join(' ', text.Split((char[])[' ', '\n', '│'], StringSplitOptions.RemoveEmptyEntries)),
        StringComparison.Ordinal);
}
