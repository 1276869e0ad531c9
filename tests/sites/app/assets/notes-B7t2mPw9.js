const n=["Buy milk","Call the printer","Read RFC 9110"];export{n};
