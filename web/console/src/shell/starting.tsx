/** While the first answer is on its way. */
import { Loader } from "@mantine/core";
import type { ReactNode } from "react";

export function Starting(): ReactNode {
  return (
    <div className="empty" role="status" aria-label="Loading / খোলা হচ্ছে">
      <Loader color="gray" size="sm" />
    </div>
  );
}
