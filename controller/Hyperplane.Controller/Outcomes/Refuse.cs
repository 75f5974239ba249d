using Hyperplane.Controller.Contracts.Outcomes;

namespace Hyperplane.Controller.Outcomes;

/// <summary>Makes refusals: each code has one kind wherever it occurs.</summary>
internal static class Refuse
{
    /// <summary>Not there, or another tenant's: the answer is the same.</summary>
    public static Outcome<T>.Refused NotFound<T>(string what, string id) =>
        With<T>(RefusalKind.NotFound, "not_found", $"There is no {what} {Quote(id)}.");

    /// <summary>One refusal without a place in the request.</summary>
    public static Outcome<T>.Refused With<T>(
        RefusalKind kind, string code, string detail, params FieldError[] errors) =>
        new(new Refusal(kind, code, detail, errors));

    /// <summary>
    /// All that is wrong at once; the first error's code is the refusal's, a conflict only when nothing is worse.
    /// </summary>
    public static Outcome<T>.Refused All<T>(IReadOnlyList<FieldError> errors)
    {
        FieldError first = errors.FirstOrDefault(error => KindOf(error.Code) == RefusalKind.Invalid) ?? errors[0];
        string detail = errors.Count == 1 ? first.Message : $"{errors.Count} things are wrong; see errors.";
        return new(new Refusal(KindOf(first.Code), first.Code, detail, errors));
    }

    /// <summary>The text of a request within a message: short and on one line.</summary>
    public static string Quote(string? text)
    {
        string line = (text ?? "null").ReplaceLineEndings(" ");
        return $"\"{(line.Length > 64 ? line[..64] + "…" : line)}\"";
    }

    private static RefusalKind KindOf(string code) => code switch
    {
        "name_in_use" or "listener_in_use" or "resource_in_use" or "address_in_use" or "node_alive"
            or "deletion_protected" or "elastic_ip_in_use" or "zonal_shift_active" or "zonal_shift_disabled"
            or "only_zone" =>
            RefusalKind.Conflict,
        "vip_pool_exhausted" or "snat_pool_exhausted" or "probe_pool_exhausted" or "elastic_pool_exhausted"
            or "no_cell" => RefusalKind.Exhausted,
        "not_found" => RefusalKind.NotFound,
        "quota_exceeded" => RefusalKind.Forbidden,
        _ => RefusalKind.Invalid,
    };
}
